package io.intelligentcache.memory.size;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the references that objects of one class hold, by reflection. Calls none of their code. */
final class ReferenceFields implements Shape.Branch {
  private final long bytes;
  private final Field[] fields;
  private final boolean allReadable;

  private ReferenceFields(long bytes, Field[] fields, boolean allReadable) {
    this.bytes = bytes;
    this.fields = fields;
    this.allReadable = allReadable;
  }

  /**
   * The shape of a class.
   *
   * @param bytes of an object alone
   */
  static Shape shape(Class<?> type, long bytes) {
    List<Field> readable = new ArrayList<>();
    boolean all = true;
    for (@Nullable Class<?> each = type; each != null; each = each.getSuperclass()) {
      for (Field field : each.getDeclaredFields()) {
        if (!field.getType().isPrimitive() && !Modifier.isStatic(field.getModifiers())) {
          if (field.trySetAccessible()) {
            readable.add(field);
          } else {
            all = false; // its module does not open the package
          }
        }
      }
    }
    return readable.isEmpty() && all
        ? (Shape.Leaf) object -> bytes
        : new ReferenceFields(bytes, readable.toArray(Field[]::new), all);
  }

  @Override
  public long visit(Object object, Walk walk) {
    if (!allReadable) {
      walk.miss();
    }
    for (Field field : fields) {
      walk.add(value(field, object));
    }
    return bytes;
  }

  private static @Nullable Object value(Field field, Object object) {
    try {
      return field.get(object);
    } catch (IllegalAccessException made) {
      throw new IllegalStateException(field + " was made accessible", made);
    }
  }
}
