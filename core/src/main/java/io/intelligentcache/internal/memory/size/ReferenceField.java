package io.intelligentcache.internal.memory.size;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import org.jspecify.annotations.Nullable;

/** A field that holds a reference, and that can be read. Calls none of its object's code. */
final class ReferenceField {
  private final Field field;

  /** Where {@link UnsafeFields} finds it; less than 0 if it is read by reflection. */
  private final long offset;

  private ReferenceField(Field field, long offset) {
    this.field = field;
    this.offset = offset;
  }

  /**
   * A field to be read, or null if that can't be.
   *
   * @param unsafe whether {@link UnsafeFields} may be used; it is faster, too
   */
  static @Nullable ReferenceField of(Field field, boolean unsafe) {
    if (field.trySetAccessible()) {
      boolean faster = unsafe
          && !field.getDeclaringClass().isRecord()
          && !field.getDeclaringClass().isHidden();
      return new ReferenceField(field, faster ? UnsafeFields.offset(field) : -1);
    }
    long offset = unsafe ? UnsafeFields.offset(field) : -1;
    return offset < 0 ? null : new ReferenceField(field, offset);
  }

  /** A field of a class of the JDK by name, or null if there is none, or it can't be read. */
  static @Nullable ReferenceField of(String className, String name, boolean unsafe) {
    try {
      Class<?> type = Class.forName(className, false, ClassLoader.getPlatformClassLoader());
      return of(type.getDeclaredField(name), unsafe);
    } catch (ReflectiveOperationException | LinkageError none) {
      return null;
    }
  }

  @Nullable
  Object in(Object holder) {
    if (offset >= 0) {
      return UnsafeFields.get(holder, offset);
    }
    try {
      return field.get(holder);
    } catch (IllegalAccessException made) {
      throw new IllegalStateException(field + " was made accessible", made);
    }
  }

  /** The length of the array in the field; 0 for none. */
  int length(Object holder) {
    Object array = in(holder);
    if (array instanceof Object[] references) {
      return references.length;
    }
    if (array instanceof byte[] bytes) {
      return bytes.length;
    }
    return array == null ? 0 : Array.getLength(array);
  }
}
