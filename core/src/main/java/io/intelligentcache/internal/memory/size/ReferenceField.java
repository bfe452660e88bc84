package io.intelligentcache.internal.memory.size;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import org.jspecify.annotations.Nullable;

/** A readable field that holds a reference. Reading it calls no code of its object. */
final class ReferenceField {
  private final Field field;

  /** The field's offset for {@link UnsafeFields}; negative if it is read by reflection. */
  private final long offset;

  private ReferenceField(Field field, long offset) {
    this.field = field;
    this.offset = offset;
  }

  /**
   * Makes a field reader, or returns null if the field can't be read.
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

  /** A field of a JDK class by name, or null if there is none, or it can't be read. */
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

  /** The length of the array in the field; 0 if there is none. */
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
