package io.intelligentcache.internal.memory.size;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How HotSpot lays out objects.
 *
 * @param header bytes before the first field: 8, 12 or 16
 * @param reference bytes of a reference: 4 or 8
 * @param alignment objects begin and end at multiples of this many bytes
 * @param tightArrays whether the elements of an array are aligned only to their own size (from JDK 23 on),
 *     rather than to 8 bytes
 * @param region bytes of the regions that the heap is divided into, if an object of more than half a region
 *     takes whole regions; else 0
 */
record HeapLayout(int header, int reference, int alignment, boolean tightArrays, int region) {
  /** The layout of this JVM. */
  static final HeapLayout OF_THIS_JVM = RunningJvm.layout();

  /** What an object counts if its class can't be inspected. */
  static final int UNKNOWN_BYTES = 32;

  /** The size of an array. */
  long array(long length, int elementBytes) {
    int begin = roundUp(header + Integer.BYTES, tightArrays ? elementBytes : Long.BYTES);
    long bytes = roundUp(begin + length * elementBytes, alignment);
    return region > 0 && bytes > region / 2 ? roundUp(bytes, region) : bytes;
  }

  /** The size of an array of references. */
  long references(long length) {
    return array(length, reference);
  }

  /** The size of an object of a class, or of the JDK class with this name. */
  long instance(String className) {
    try {
      return instance(Class.forName(className, false, ClassLoader.getPlatformClassLoader()));
    } catch (ClassNotFoundException | LinkageError unfound) {
      return UNKNOWN_BYTES;
    }
  }

  /** The size of an object of a class. */
  long instance(Class<?> type) {
    Deque<Class<?>> fromTheTop = new ArrayDeque<>();
    for (@Nullable Class<?> each = type; each != null; each = each.getSuperclass()) {
      fromTheTop.push(each);
    }
    var packing = new FieldPacking(header);
    for (Class<?> each : fromTheTop) {
      fieldBytes(each).forEach(packing::place);
    }
    return roundUp(packing.end(), alignment);
  }

  /** The sizes of a class's own fields, in the order in which they are placed. */
  private List<Integer> fieldBytes(Class<?> type) {
    List<Integer> primitives = new ArrayList<>();
    List<Integer> references = new ArrayList<>();
    for (Field field : type.getDeclaredFields()) {
      if (Modifier.isStatic(field.getModifiers())) {
        continue;
      }
      if (field.getType().isPrimitive()) {
        primitives.add(primitive(field.getType()));
      } else {
        references.add(reference);
      }
    }
    primitives.sort((a, b) -> b - a);
    primitives.addAll(references);
    return primitives;
  }

  /** The size of a primitive. */
  static int primitive(Class<?> type) {
    if (type == long.class || type == double.class) {
      return Long.BYTES;
    }
    if (type == int.class || type == float.class) {
      return Integer.BYTES;
    }
    return type == short.class || type == char.class ? Short.BYTES : 1;
  }

  private static int roundUp(int bytes, int multiple) {
    return (bytes + multiple - 1) / multiple * multiple;
  }

  private static long roundUp(long bytes, int multiple) {
    return (bytes + multiple - 1) / multiple * multiple;
  }
}
