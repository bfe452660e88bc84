package io.intelligentcache.codec;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;

/**
 * A type with its type arguments: {@code new TypeRef<List<User>>() {}}.
 *
 * <p>The anonymous subclass keeps the type arguments that erasure would remove (Neal Gafter, "Super Type
 * Tokens", 2006).
 *
 * @param <T> the type
 */
public abstract class TypeRef<T> {
  private final Type type;

  /**
   * Reads the type from the subclass.
   *
   * @throws IllegalStateException if the subclass has no type argument
   */
  protected TypeRef() {
    if (!(getClass().getGenericSuperclass() instanceof ParameterizedType parent)) {
      throw new IllegalStateException("a TypeRef needs its type: new TypeRef<List<User>>() {}");
    }
    type = parent.getActualTypeArguments()[0];
  }

  /** {@return the type} */
  public final Type type() {
    return type;
  }

  @Override
  public final boolean equals(Object other) {
    return other instanceof TypeRef<?> that && type.equals(that.type);
  }

  @Override
  public final int hashCode() {
    return type.hashCode();
  }

  @Override
  public final String toString() {
    return type.getTypeName();
  }
}
