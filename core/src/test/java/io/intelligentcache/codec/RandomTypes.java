package io.intelligentcache.codec;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import java.io.Serializable;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Date;
import java.util.Deque;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Makes types at random: scalars, arrays, collections, maps, records, beans, sealed types, in each other. */
@SuppressWarnings("unused")
public final class RandomTypes {
  public enum Color {
    RED,
    GREEN {
      @Override
      public String toString() {
        return "RED";
      }
    },
    BLUE
  }

  public sealed interface Shape {}

  public record Circle(double radius, @Nullable Shape inside) implements Shape {}

  public record Polygon(int[] corners, Color color) implements Shape {}

  public enum Flat implements Shape {
    LINE
  }

  sealed interface Result<T> {}

  record Good<T>(T value) implements Result<T> {}

  record Bad<T>(String why, @Nullable Result<T> earlier) implements Result<T> {}

  record Pair<A, B>(A first, B second) {}

  record Node<T>(T value, List<Node<T>> children) {}

  record Everything(
      byte b,
      short s,
      int i,
      long l,
      float f,
      double d,
      char c,
      boolean z,
      Byte bb,
      Character cc,
      String text) {}

  static class Box<T> {
    private @Nullable T content;
    private int count;
  }

  static class BigBox<T> extends Box<T> {
    private final List<T> more = new ArrayList<>();
    private transient int cached;
  }

  static sealed class Animal permits Dog {
    String name = "";
  }

  static final class Dog extends Animal {
    long bones;
  }

  interface Labelled {
    @JsonProperty
    String label();
  }

  /** Its annotated accessor says something else than its field. */
  public record Marked(
      @JsonProperty("n") String label,
      @JsonProperty("label") int number,
      @Nullable Object any) implements Labelled, Serializable {
    @Override
    public String label() {
      return "other";
    }
  }

  /** Written by accessors of its own, if Jackson had its way. */
  static class Row {
    @JsonProperty("second")
    private @Nullable String first;

    private @Nullable String third;

    private int @Nullable [] second2;

    @JsonProperty
    public String getThird() {
      return "other";
    }

    @JsonSetter("second2")
    public void setSecond2(int[] second2) {}
  }

  static class TwoOfAName {
    @JsonProperty("b")
    private @Nullable String a;

    private @Nullable String b;
  }

  record Cell(@Nullable String key, @Nullable String value) implements Map.Entry<String, String> {
    @Override
    public @Nullable String getKey() {
      return key;
    }

    @Override
    public @Nullable String getValue() {
      return value;
    }

    @Override
    public String setValue(String other) {
      throw new UnsupportedOperationException();
    }
  }

  interface Open {}

  abstract static class Abstract {}

  private static final List<Class<?>> SCALARS = List.of(
      Boolean.class,
      Byte.class,
      Short.class,
      Integer.class,
      Long.class,
      Float.class,
      Double.class,
      Character.class,
      String.class,
      BigInteger.class,
      BigDecimal.class,
      UUID.class,
      Instant.class,
      LocalDate.class,
      LocalTime.class,
      LocalDateTime.class,
      OffsetDateTime.class,
      ZonedDateTime.class,
      ZoneId.class,
      Year.class,
      YearMonth.class,
      Duration.class,
      Period.class,
      Date.class,
      Timestamp.class,
      Locale.class,
      OptionalInt.class,
      Color.class);

  private static final List<Class<?>> CLASSES = List.of(
      Shape.class,
      Polygon.class,
      Everything.class,
      Animal.class,
      Dog.class,
      Marked.class,
      Row.class,
      TwoOfAName.class,
      Cell.class,
      byte[].class,
      int[].class,
      long[].class,
      double[].class,
      float[].class,
      char[].class,
      short[].class,
      boolean[].class);

  /** Interfaces and the like of which some named class may be a subtype. */
  static final List<Class<?>> OPEN = List.of(Number.class, Serializable.class, CharSequence.class);

  /** What has a name where a codec has names for subtypes. */
  static final Map<String, Class<?>> NAMED = Map.of(
      "long", Long.class, "text", String.class, "circle", Circle.class, "marked", Marked.class);

  private static final List<Class<?>> IMPOSSIBLE = List.of(
      Object.class,
      Number.class,
      BitSet.class,
      Runnable.class,
      Open.class,
      Abstract.class,
      Serializable.class,
      StringBuilder.class,
      Class.class,
      List.class,
      Box.class,
      Pair.class,
      Enum.class,
      CharSequence.class);

  private static final List<Class<?>> OF_ONE = List.of(
      List.class,
      Set.class,
      Collection.class,
      ArrayList.class,
      LinkedHashSet.class,
      Deque.class,
      ArrayDeque.class,
      Optional.class,
      Box.class,
      BigBox.class,
      Node.class,
      Result.class,
      Good.class);

  private static final List<Class<?>> MAPS = List.of(
      Map.class,
      HashMap.class,
      LinkedHashMap.class,
      TreeMap.class,
      SortedMap.class,
      ConcurrentHashMap.class);

  private final Random random;

  RandomTypes(Random random) {
    this.random = random;
  }

  private <T> T one(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }

  Type type(int depth) {
    int choice = random.nextInt(depth > 0 ? 100 : 40);
    if (choice < 2) {
      return random.nextInt(3) == 0 ? Object.class : one(IMPOSSIBLE);
    }
    if (choice < 25) {
      return one(SCALARS);
    }
    if (choice < 40) {
      return one(CLASSES);
    }
    if (choice < 70) {
      return new Parameterized(one(OF_ONE), List.of(argument(depth - 1)));
    }
    if (choice < 74) {
      return new Parameterized(
          TreeSet.class, List.of(random.nextBoolean() ? String.class : Long.class));
    }
    if (choice < 76) {
      return new Parameterized(EnumSet.class, List.of(Color.class));
    }
    if (choice < 78) {
      return new Parameterized(EnumMap.class, List.of(Color.class, argument(depth - 1)));
    }
    if (choice < 88) {
      Class<?> map = one(MAPS);
      return new Parameterized(map, List.of(key(map), argument(depth - 1)));
    }
    if (choice < 95) {
      return new Parameterized(Pair.class, List.of(argument(depth - 1), argument(depth - 1)));
    }
    Type component = type(depth - 1);
    return component instanceof Class<?> raw ? raw.arrayType() : new ArrayOf(component);
  }

  private Type key(Class<?> map) {
    if (random.nextInt(30) == 0) {
      return one(List.of(Shape.class, byte[].class, Object.class));
    }
    return SortedMap.class.isAssignableFrom(map)
        ? one(List.of(String.class, Long.class, Double.class, Instant.class, BigDecimal.class))
        : one(SCALARS);
  }

  private Type argument(int depth) {
    Type type = type(depth);
    return random.nextInt(12) == 0 ? new Wildcard(type) : type;
  }

  /** A type that differs from another in one place, at whatever depth. */
  Type changed(Type type) {
    if (type instanceof Parameterized generic) {
      List<Type> arguments = new ArrayList<>(generic.arguments());
      int place = random.nextInt(arguments.size());
      arguments.set(place, changed(arguments.get(place)));
      return new Parameterized(generic.raw(), arguments);
    }
    if (type instanceof ArrayOf array) {
      return new ArrayOf(changed(array.component()));
    }
    if (type instanceof Wildcard wildcard) {
      return new Wildcard(changed(wildcard.bound()));
    }
    if (type instanceof Class<?> array && array.isArray()) {
      return ((Class<?>) changed(array.getComponentType())).arrayType();
    }
    Class<?> other = one(SCALARS);
    return other == type ? changed(type) : other;
  }

  record Parameterized(Class<?> raw, List<Type> arguments) implements ParameterizedType {
    @Override
    public Type[] getActualTypeArguments() {
      return arguments.toArray(new Type[0]);
    }

    @Override
    public Type getRawType() {
      return raw;
    }

    @Override
    public @Nullable Type getOwnerType() {
      return raw.getDeclaringClass();
    }

    @Override
    public String getTypeName() {
      return raw.getSimpleName() + arguments.stream().map(Type::getTypeName).toList();
    }
  }

  record ArrayOf(Type component) implements GenericArrayType {
    @Override
    public Type getGenericComponentType() {
      return component;
    }

    @Override
    public String getTypeName() {
      return component.getTypeName() + "[]";
    }
  }

  record Wildcard(Type bound) implements WildcardType {
    @Override
    public Type[] getUpperBounds() {
      return new Type[] {bound};
    }

    @Override
    public Type[] getLowerBounds() {
      return new Type[0];
    }

    @Override
    public String getTypeName() {
      return "? extends " + bound.getTypeName();
    }
  }
}
