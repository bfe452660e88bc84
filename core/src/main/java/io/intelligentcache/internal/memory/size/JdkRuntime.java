package io.intelligentcache.internal.memory.size;

import java.lang.invoke.CallSite;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.lang.invoke.VarHandle;
import java.lang.ref.PhantomReference;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Field;
import java.lang.reflect.Parameter;
import java.nio.Buffer;
import java.nio.charset.Charset;
import java.util.Currency;
import java.util.List;
import java.util.Locale;
import java.util.TimeZone;
import org.jspecify.annotations.Nullable;

/**
 * JDK objects that lead from a value into the running application. An object that exists independently of the
 * value counts nothing. An object that may refer to anything can't be measured.
 */
final class JdkRuntime {
  /** Each object of these types exists once, and lives as long as the application. */
  private static final List<Class<?>> SHARED = List.of(
      Class.class,
      Module.class,
      Package.class,
      ThreadGroup.class,
      MethodType.class,
      Charset.class,
      Currency.class);

  private static final List<Class<?>> UNBOUNDED =
      List.of(MethodHandle.class, VarHandle.class, CallSite.class);

  /**
   * A method, a field or a similar object; each caller gets a copy. The parts that copies share are not
   * included.
   */
  private static final int MEMBER_BYTES = 256;

  /** The rule and name of a time zone, without the zone's own object. */
  private static final int ZONE_BYTES = 256;

  /** The cleaner of direct memory and its task, without their own object. */
  private static final int CLEANER_BYTES = 96;

  private JdkRuntime() {}

  /** The shape of such a JDK class; null for any other class. */
  static @Nullable Shape shape(Class<?> type, HeapLayout layout, boolean unsafe) {
    if (isOneOf(SHARED, type)) {
      return (Shape.Leaf) object -> 0;
    }
    if (isOneOf(UNBOUNDED, type)) {
      return (Shape.Branch) (object, walk) -> missing("a " + type.getName(), walk);
    }
    if (Thread.class.isAssignableFrom(type)) {
      return (Shape.Branch) JdkRuntime::thread;
    }
    if (ClassLoader.class.isAssignableFrom(type)) {
      return (Shape.Branch) JdkRuntime::loader;
    }
    if (AccessibleObject.class.isAssignableFrom(type) || type == Parameter.class) {
      return (Shape.Leaf) member -> MEMBER_BYTES;
    }
    if (PhantomReference.class.isAssignableFrom(type)) { // the JDK's cleaners hold it anyway
      return constant(layout.instance(type));
    }
    if (TimeZone.class.isAssignableFrom(type)) { // copies, except for the transition table
      long own = layout.instance(type) + ZONE_BYTES;
      return (Shape.Branch) (zone, walk) -> {
        walk.add(((TimeZone) zone).getID());
        return own;
      };
    }
    if (type == Locale.class) {
      return locale(layout);
    }
    if (Buffer.class.isAssignableFrom(type) && type.getName().startsWith("java.nio.Direct")) {
      return direct(type, layout.instance(type) + CLEANER_BYTES, unsafe);
    }
    return null;
  }

  private static boolean isOneOf(List<Class<?>> types, Class<?> type) {
    return types.stream().anyMatch(each -> each.isAssignableFrom(type));
  }

  private static Shape.Leaf constant(long bytes) {
    return object -> bytes;
  }

  private static long missing(String what, ObjectWalk walk) {
    walk.miss(what);
    return HeapLayout.UNKNOWN_BYTES;
  }

  /** A running thread exists independently of the value; a thread that does not run may hold anything. */
  private static long thread(Object object, ObjectWalk walk) {
    return ((Thread) object).isAlive() ? 0 : missing("a thread that does not run", walk);
  }

  /** The application's own class loaders exist independently of the value. */
  private static long loader(Object object, ObjectWalk walk) {
    return isAbove(object, JdkRuntime.class.getClassLoader())
            || isAbove(object, Thread.currentThread().getContextClassLoader())
            || isAbove(object, ClassLoader.getSystemClassLoader())
        ? 0
        : missing("a class loader", walk);
  }

  private static boolean isAbove(Object wanted, @Nullable ClassLoader loader) {
    for (ClassLoader each = loader; each != null; each = each.getParent()) {
      if (each == wanted) {
        return true;
      }
    }
    return false;
  }

  /** Locales with the same tag share most of this, except rare parts. */
  private static Shape.Leaf locale(HeapLayout layout) {
    long own = layout.instance(Locale.class) + layout.instance("sun.util.locale.BaseLocale");
    int perCharacter = 16;
    return object -> {
      Locale locale = (Locale) object;
      boolean rare = locale.hasExtensions() || !locale.getVariant().isEmpty();
      return own + (rare ? (long) perCharacter * locale.toString().length() : 0);
    };
  }

  /**
   * A buffer outside the heap counts with the memory that it holds there, or that it keeps alive as a slice of
   * another buffer.
   */
  private static Shape direct(Class<?> type, long own, boolean unsafe) {
    ReferenceField attachment = attachment(type, unsafe);
    return (Shape.Branch) (object, walk) -> {
      if (attachment != null && attachment.in(object) instanceof Buffer whole) {
        walk.add(whole);
        return own;
      }
      return own + (long) ((Buffer) object).capacity() * elementBytes((Buffer) object);
    };
  }

  private static @Nullable ReferenceField attachment(Class<?> type, boolean unsafe) {
    for (@Nullable Class<?> each = type; each != null; each = each.getSuperclass()) {
      for (Field field : each.getDeclaredFields()) {
        if (field.getName().equals("att")) {
          return ReferenceField.of(field, unsafe);
        }
      }
    }
    return null;
  }

  private static int elementBytes(Buffer buffer) {
    String kind = buffer.getClass().getSimpleName();
    return kind.contains("Byte")
        ? Byte.BYTES
        : kind.contains("Char") || kind.contains("Short")
            ? Character.BYTES
            : kind.contains("Int") || kind.contains("Float") ? Integer.BYTES : Long.BYTES;
  }
}
