package io.intelligentcache.internal.memory.size;

import static java.lang.invoke.MethodType.methodType;
import static java.util.Objects.requireNonNull;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads fields that reflection may not read, mainly the JDK's, through {@code sun.misc.Unsafe}. The capacity of
 * an {@code ArrayList}, or the list behind a {@code subList}, can't be found in any other way.
 *
 * <p>From JDK 24 on the JVM prints a warning when that class is used. There it is not used, unless the JVM was
 * started with {@value #ALLOWED}.
 */
final class UnsafeFields {
  private static final Logger log = LoggerFactory.getLogger(UnsafeFields.class);
  private static final String ALLOWED = "--sun-misc-unsafe-memory-access=allow";
  private static final int FIRST_THAT_WARNS = 24;
  private static final long NONE = -1;

  private static final @Nullable MethodHandle OFFSET;
  private static final @Nullable MethodHandle GET;

  /** The offset of the first reference in an object that has only references. */
  private static final long FIRST_REFERENCE;

  private static final long REFERENCE_BYTES;

  static {
    MethodHandle offset = null;
    MethodHandle get = null;
    long first = NONE;
    long second = NONE;
    try {
      if (isAllowed()) {
        Class<?> type = Class.forName("sun.misc.Unsafe");
        Field only = type.getDeclaredField("theUnsafe");
        only.setAccessible(true);
        Object unsafe = only.get(null);
        MethodHandles.Lookup lookup = MethodHandles.publicLookup();
        offset = lookup.bind(unsafe, "objectFieldOffset", methodType(long.class, Field.class));
        get = lookup.bind(unsafe, "getObject", methodType(Object.class, Object.class, long.class));
        first = (long) offset.invokeExact(Pair.class.getDeclaredField("first"));
        second = (long) offset.invokeExact(Pair.class.getDeclaredField("second"));
      }
    } catch (Throwable absent) { // another JVM, or one without the module jdk.unsupported
      get = null;
    }
    OFFSET = offset;
    GET = get;
    FIRST_REFERENCE = Math.min(first, second);
    REFERENCE_BYTES = Math.abs(first - second);
    if (get == null) {
      log.info(
          "this JVM does not let the fields of the JDK's classes be read{}: sizes of the JDK's collections "
              + "are estimated, and values with most other objects of the JDK are not kept in memory unless "
              + "their cache has a weigher",
          remedy());
    }
  }

  /** An object with two references and nothing else. */
  @SuppressWarnings("UnusedVariable")
  private static final class Pair {
    private @Nullable Object first;
    private @Nullable Object second;
  }

  private UnsafeFields() {}

  private static boolean isAllowed() {
    return Runtime.version().feature() < FIRST_THAT_WARNS
        || ManagementFactory.getRuntimeMXBean().getInputArguments().contains(ALLOWED);
  }

  /** How to make unreadable fields readable, if there is a way. */
  static String remedy() {
    return GET == null && Runtime.version().feature() >= FIRST_THAT_WARNS
        ? " unless it is started with " + ALLOWED
        : "";
  }

  static boolean areReadable() {
    return GET != null;
  }

  /** The offset of an instance field, or -1 if it can't be found. */
  static long offset(Field field) {
    if (OFFSET == null || GET == null) {
      return NONE;
    }
    Class<?> type = field.getDeclaringClass();
    if (type.isHidden() || type.isRecord()) { // for these Unsafe gives no offsets
      return offsetAmongReferences(field, type);
    }
    try {
      return (long) OFFSET.invokeExact(field);
    } catch (Throwable untold) {
      return NONE;
    }
  }

  /** In a class that has only references, they are adjacent, in whatever order. */
  private static long offsetAmongReferences(Field field, Class<?> type) {
    List<Field> all = Stream.of(type.getDeclaredFields())
        .filter(each -> !Modifier.isStatic(each.getModifiers()))
        .toList();
    boolean onlyReferences = all.stream().noneMatch(each -> each.getType().isPrimitive());
    Class<?> above = type.getSuperclass();
    return onlyReferences && (above == Object.class || above == Record.class)
        ? FIRST_REFERENCE + REFERENCE_BYTES * all.indexOf(field)
        : NONE;
  }

  /** The value of a field. */
  static @Nullable Object get(Object holder, long offset) {
    try {
      return (Object) requireNonNull(GET).invokeExact(holder, offset);
    } catch (Throwable never) {
      throw new IllegalStateException(never);
    }
  }
}
