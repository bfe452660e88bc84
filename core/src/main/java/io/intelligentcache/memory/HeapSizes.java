package io.intelligentcache.memory;

import java.lang.reflect.Array;
import java.util.UUID;

/** Bytes of heap that well-known objects take, on a 64-bit JVM with compressed references. */
public final class HeapSizes {
  /** The answer for an object of which nothing is known. */
  public static final long UNKNOWN = -1;

  /** A small object with a few fields. */
  public static final long PLAIN_OBJECT_BYTES = 32;

  /**
   * What an entry takes besides its key and value: the entry (48), the node of the table (32), its
   * share of the table (about 6), and the policy's arrays (about 36).
   */
  public static final long ENTRY_BYTES = 122;

  private static final long STRING_BYTES = 24;
  private static final long ARRAY_HEADER_BYTES = 16;
  private static final int ALIGNMENT = 8;

  private HeapSizes() {}

  /**
   * The size of an object.
   *
   * @param object a string, box, UUID, enum constant, or array of primitives
   * @return bytes, exact; or {@link #UNKNOWN} for other types
   */
  public static long of(Object object) {
    if (object instanceof String text) {
      return STRING_BYTES + array(text.length(), isLatin1(text) ? 1 : 2);
    }
    if (object instanceof byte[] bytes) {
      return array(bytes.length, 1);
    }
    if (object instanceof Long || object instanceof Double) {
      return 24;
    }
    if (object instanceof Number || object instanceof Boolean || object instanceof Character) {
      return object.getClass().getName().startsWith("java.lang.") ? 16 : UNKNOWN;
    }
    if (object instanceof UUID) {
      return 32;
    }
    if (object instanceof Enum<?>) {
      return 0; // shared by all
    }
    Class<?> component = object.getClass().getComponentType();
    if (component != null && component.isPrimitive()) {
      return array(Array.getLength(object), primitiveBytes(component));
    }
    return UNKNOWN;
  }

  private static boolean isLatin1(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) > 0xFF) {
        return false;
      }
    }
    return true;
  }

  private static int primitiveBytes(Class<?> type) {
    if (type == long.class || type == double.class) {
      return Long.BYTES;
    }
    if (type == int.class || type == float.class) {
      return Integer.BYTES;
    }
    return type == short.class || type == char.class ? Short.BYTES : 1;
  }

  private static long array(long length, int elementBytes) {
    long bytes = ARRAY_HEADER_BYTES + length * elementBytes;
    return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }
}
