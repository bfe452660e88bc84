package io.intelligentcache.memory.size;

import java.lang.invoke.MethodHandle;
import java.lang.ref.Reference;
import java.lang.reflect.AnnotatedElement;
import java.nio.charset.Charset;
import java.time.ZoneId;
import java.util.Currency;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TimeZone;
import java.util.concurrent.Executor;

/** The shape of every class, made up once for each. */
final class Shapes {
  private static final HeapLayout LAYOUT = HeapLayout.OF_THIS_JVM;

  /** Who has objects of these types shares them with others. */
  private static final List<Class<?>> SHARED = List.of(
      Enum.class,
      AnnotatedElement.class, // classes, modules, fields, methods
      ClassLoader.class,
      Thread.class,
      Executor.class,
      MethodHandle.class,
      Charset.class,
      Currency.class,
      Locale.class,
      TimeZone.class,
      ZoneId.class);

  private static final Map<String, Shape> OF_THE_JDK = new JdkShapes(LAYOUT).all();

  /** The shape of a class that reflection can't look into. */
  private static final Shape.Branch UNKNOWN = (object, walk) -> {
    walk.miss();
    return HeapLayout.UNKNOWN_BYTES;
  };

  private static final ClassValue<Shape> ALL = new ClassValue<>() {
    @Override
    protected Shape computeValue(Class<?> type) {
      try {
        return shape(type);
      } catch (RuntimeException
          | LinkageError unreadable) { // a field's class is missing, for example
        return UNKNOWN;
      }
    }
  };

  private Shapes() {}

  static Shape of(Class<?> type) {
    return ALL.get(type);
  }

  private static Shape shape(Class<?> type) {
    Class<?> component = type.getComponentType();
    if (component != null) {
      return component.isPrimitive() ? primitives(component) : references();
    }
    Shape known = OF_THE_JDK.get(type.getName());
    if (known != null && isOfTheJdk(type)) {
      return known;
    }
    if (SHARED.stream().anyMatch(shared -> shared.isAssignableFrom(type))) {
      return (Shape.Leaf) object -> 0;
    }
    if (Reference.class.isAssignableFrom(type)) { // which does not keep what it refers to
      long bytes = LAYOUT.instance(type);
      return (Shape.Leaf) object -> bytes;
    }
    return ReferenceFields.shape(type, LAYOUT.instance(type));
  }

  private static boolean isOfTheJdk(Class<?> type) {
    return type.getModule().isNamed() && type.getModule().getName().startsWith("java.");
  }

  private static Shape.Leaf primitives(Class<?> component) {
    int bytes = HeapLayout.primitive(component);
    return array -> LAYOUT.array(java.lang.reflect.Array.getLength(array), bytes);
  }

  private static Shape.Branch references() {
    return (object, walk) -> {
      Object[] array = (Object[]) object;
      walk.addAll(array.length, i -> array[i]);
      return LAYOUT.references(array.length);
    };
  }
}
