package io.intelligentcache.codec;

import io.intelligentcache.codec.RandomTypes.ArrayOf;
import io.intelligentcache.codec.RandomTypes.Parameterized;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
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
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Date;
import java.util.Deque;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
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

/** Makes values of a type at random, with a liking for those at the edge, and for what can't survive. */
@SuppressWarnings({"unchecked", "rawtypes", "JavaUtilDate", "JdkObsolete"})
final class RandomValues {
  private static final List<String> ZONES =
      List.of("Europe/Paris", "UTC", "Z", "GMT+2", "+01:30", "America/New_York", "UTC-03:00");

  private final Random random;
  private boolean equalsThroughout = true;

  RandomValues(Random random) {
    this.random = random;
  }

  /** Whether two values are equal, by equals, if they are the same all the way down. */
  boolean hasEqualsThroughout() {
    return equalsThroughout;
  }

  private <T> T one(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }

  private boolean rarely() {
    return random.nextInt(60) == 0;
  }

  @Nullable
  Object value(Type type, int depth) {
    return value(type, Map.of(), depth);
  }

  private @Nullable Object value(Type type, Map<TypeVariable<?>, Type> bound, int depth) {
    if (type instanceof TypeVariable<?> variable) {
      Type known = bound.get(variable);
      return known == null ? "unbound" : value(known, bound, depth);
    }
    if (type instanceof WildcardType wildcard) {
      return value(wildcard.getUpperBounds()[0], bound, depth);
    }
    if (type instanceof GenericArrayType array) {
      return array(
          raw(resolved(array.getGenericComponentType(), bound)),
          array.getGenericComponentType(),
          bound,
          depth);
    }
    if (type instanceof ParameterizedType generic) {
      Class<?> raw = (Class<?>) generic.getRawType();
      Type[] arguments = generic.getActualTypeArguments();
      for (int i = 0; i < arguments.length; i++) {
        arguments[i] = resolved(arguments[i], bound);
      }
      return generic(raw, arguments, depth);
    }
    Class<?> raw = (Class<?>) type;
    if (raw.isArray()) {
      return array(raw.getComponentType(), raw.getComponentType(), bound, depth);
    }
    Object scalar = scalar(raw);
    return scalar != null ? scalar : object(raw, bound, depth);
  }

  private static Type resolved(Type type, Map<TypeVariable<?>, Type> bound) {
    if (type instanceof TypeVariable<?> variable) {
      return bound.getOrDefault(variable, Object.class);
    }
    if (type instanceof WildcardType wildcard) {
      return resolved(wildcard.getUpperBounds()[0], bound);
    }
    if (type instanceof GenericArrayType array) {
      return new ArrayOf(resolved(array.getGenericComponentType(), bound));
    }
    if (type instanceof ParameterizedType generic) {
      List<Type> arguments = new ArrayList<>();
      for (Type argument : generic.getActualTypeArguments()) {
        arguments.add(resolved(argument, bound));
      }
      return new Parameterized((Class<?>) generic.getRawType(), arguments);
    }
    return type;
  }

  private static Class<?> raw(Type type) {
    if (type instanceof Class<?> raw) {
      return raw;
    }
    if (type instanceof ParameterizedType generic) {
      return (Class<?>) generic.getRawType();
    }
    return raw(((GenericArrayType) type).getGenericComponentType()).arrayType();
  }

  private Object array(Class<?> component, Type of, Map<TypeVariable<?>, Type> bound, int depth) {
    equalsThroughout = false;
    int length = depth <= 0 ? 0 : random.nextInt(4);
    Object array = Array.newInstance(component, length);
    for (int i = 0; i < length; i++) {
      Object element = value(of, bound, depth - 1);
      if (element != null || !component.isPrimitive()) {
        Array.set(array, i, element);
      }
    }
    return array;
  }

  private @Nullable Object element(Type type, int depth) {
    return random.nextInt(10) == 0 ? null : value(type, depth - 1);
  }

  private @Nullable Object generic(Class<?> raw, Type[] arguments, int depth) {
    int size = depth <= 0 ? 0 : random.nextInt(4);
    if (raw == Optional.class) {
      return size == 0 ? Optional.empty() : Optional.ofNullable(value(arguments[0], depth - 1));
    }
    if (Collection.class.isAssignableFrom(raw)) {
      return collection(raw, arguments[0], size, depth);
    }
    if (Map.class.isAssignableFrom(raw)) {
      return map(raw, arguments, size, depth);
    }
    Map<TypeVariable<?>, Type> bound = new HashMap<>();
    for (int i = 0; i < arguments.length; i++) {
      bound.put(raw.getTypeParameters()[i], arguments[i]);
    }
    return object(raw, bound, depth);
  }

  private Object collection(Class<?> raw, Type element, int size, int depth) {
    if (raw == EnumSet.class) {
      EnumSet set = EnumSet.noneOf((Class) element);
      for (int i = 0; i < size; i++) {
        set.add(value(element, 1));
      }
      return set;
    }
    Collection<Object> made;
    if (raw == ArrayDeque.class || (raw == Deque.class && random.nextBoolean())) {
      made = new ArrayDeque<>();
      equalsThroughout = false;
    } else if (raw == Deque.class) {
      made = new LinkedList<>();
    } else if (raw == TreeSet.class) {
      made = rarely() ? new TreeSet<>((Comparator) Comparator.reverseOrder()) : new TreeSet<>();
    } else if (raw == LinkedHashSet.class) {
      made = new LinkedHashSet<>();
    } else if (raw == Set.class) {
      made = random.nextBoolean() ? new HashSet<>() : new LinkedHashSet<>();
    } else if (raw == ArrayList.class) {
      made = rarely() ? new ArrayList<>() {} : new ArrayList<>();
    } else {
      made = raw == Collection.class && rarely() ? new HashSet<>() : new ArrayList<>();
    }
    boolean nulls = !(made instanceof ArrayDeque || made instanceof TreeSet);
    for (int i = 0; i < size; i++) {
      Object next = element(element, depth);
      if (nulls || next != null) {
        made.add(next);
      }
    }
    return raw == List.class && random.nextBoolean()
        ? Collections.unmodifiableList((List<Object>) made)
        : made;
  }

  private Object map(Class<?> raw, Type[] arguments, int size, int depth) {
    Map<Object, Object> made;
    if (raw == EnumMap.class) {
      made = new EnumMap((Class) arguments[0]);
    } else if (raw == TreeMap.class || raw == SortedMap.class) {
      made = rarely() ? new TreeMap<>((Comparator) Comparator.reverseOrder()) : new TreeMap<>();
    } else if (raw == ConcurrentHashMap.class) {
      made = new ConcurrentHashMap<>();
    } else if (raw == HashMap.class) {
      made = rarely() ? new LinkedHashMap<>() : new HashMap<>();
    } else {
      made =
          raw == Map.class && rarely() ? new java.util.IdentityHashMap<>() : new LinkedHashMap<>();
    }
    for (int i = 0; i < size; i++) {
      Object key = rarely() && raw == Map.class ? null : value(arguments[0], 1);
      Object value = element(arguments[1], depth);
      boolean nulls = raw != ConcurrentHashMap.class;
      if ((nulls && (key != null || raw == Map.class)) || (key != null && value != null)) {
        made.put(key, value);
      }
    }
    return made;
  }

  private @Nullable Object object(Class<?> raw, Map<TypeVariable<?>, Type> bound, int depth) {
    if (raw == List.class) {
      return collection(raw, Object.class, random.nextInt(3), depth);
    }
    if (raw == Object.class || RandomTypes.OPEN.contains(raw)) {
      List<Object> all = List.of(
          5L,
          "text",
          new RandomTypes.Circle(1, null),
          List.of("long", 5),
          new RandomTypes.Marked(" a ", 5, null),
          5);
      return one(all.stream().filter(raw::isInstance).toList());
    }
    if (raw.isEnum()) {
      return one(List.of(raw.getEnumConstants()));
    }
    if (raw.isSealed()) {
      List<Class<?>> all = new ArrayList<>(List.of(raw.getPermittedSubclasses()));
      if (!raw.isInterface() && !Modifier.isAbstract(raw.getModifiers()) && random.nextBoolean()) {
        return bean(raw, bound, depth);
      }
      Class<?> chosen = one(all);
      Map<TypeVariable<?>, Type> its = new HashMap<>();
      for (int i = 0; i < chosen.getTypeParameters().length; i++) {
        its.put(chosen.getTypeParameters()[i], bound.get(raw.getTypeParameters()[i]));
      }
      return object(chosen, its, depth);
    }
    return raw.isRecord() ? record(raw, bound, depth) : bean(raw, bound, depth);
  }

  private @Nullable Object part(Type type, Map<TypeVariable<?>, Type> bound, int depth) {
    boolean primitive = type instanceof Class<?> raw && raw.isPrimitive();
    return !primitive && (depth <= 0 || random.nextInt(12) == 0)
        ? null
        : value(type, bound, depth - 1);
  }

  private Object record(Class<?> raw, Map<TypeVariable<?>, Type> bound, int depth) {
    try {
      RecordComponent[] components = raw.getRecordComponents();
      Object[] parts = new Object[components.length];
      for (int i = 0; i < parts.length; i++) {
        parts[i] = part(components[i].getGenericType(), bound, depth);
      }
      var constructor = JsonCodecFuzzTest.canonical(raw);
      constructor.setAccessible(true);
      return constructor.newInstance(parts);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(e.getMessage(), e);
    }
  }

  private @Nullable Object bean(Class<?> raw, Map<TypeVariable<?>, Type> bound, int depth) {
    equalsThroughout = false;
    try {
      var constructor = raw.getDeclaredConstructor();
      constructor.setAccessible(true);
      Object bean = constructor.newInstance();
      Map<TypeVariable<?>, Type> its = new HashMap<>(bound);
      for (Class<?> type = raw; type != Object.class; type = type.getSuperclass()) {
        for (Field field : type.getDeclaredFields()) {
          if (!Modifier.isStatic(field.getModifiers())
              && !Modifier.isTransient(field.getModifiers())) {
            field.setAccessible(true);
            field.set(bean, part(field.getGenericType(), its, depth));
          }
        }
        if (type.getGenericSuperclass() instanceof ParameterizedType parent) {
          Map<TypeVariable<?>, Type> above = new HashMap<>();
          for (int i = 0; i < parent.getActualTypeArguments().length; i++) {
            above.put(
                type.getSuperclass().getTypeParameters()[i],
                resolved(parent.getActualTypeArguments()[i], its));
          }
          its = above;
        }
      }
      return bean;
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(e.getMessage(), e);
    }
  }

  private @Nullable Object scalar(Class<?> type) {
    if (type == boolean.class || type == Boolean.class) {
      return random.nextBoolean();
    } else if (type == byte.class || type == Byte.class) {
      return (byte) random.nextInt();
    } else if (type == short.class || type == Short.class) {
      return (short) random.nextInt();
    } else if (type == int.class || type == Integer.class) {
      return random.nextInt() >> random.nextInt(32);
    } else if (type == long.class || type == Long.class) {
      return number();
    } else if (type == float.class || type == Float.class) {
      return random.nextInt(4) == 0
          ? one(
              List.of(Float.NaN, -0.0f, Float.POSITIVE_INFINITY, Float.MIN_VALUE, Float.MAX_VALUE))
          : Float.valueOf(Float.intBitsToFloat(random.nextInt()));
    } else if (type == double.class || type == Double.class) {
      return random.nextInt(4) == 0
          ? one(List.of(
              Double.NaN, -0.0, Double.NEGATIVE_INFINITY, Double.MIN_VALUE, Double.MAX_VALUE, 0.1))
          : Double.valueOf(Double.longBitsToDouble(random.nextLong()));
    } else if (type == char.class || type == Character.class) {
      return (char) random.nextInt(65_536);
    } else if (type == String.class) {
      return text();
    } else if (type == BigInteger.class) {
      return new BigInteger(random.nextInt(300), random).subtract(BigInteger.TWO);
    } else if (type == BigDecimal.class) {
      return new BigDecimal(
          new BigInteger(random.nextInt(200), random), random.nextInt() >> random.nextInt(32));
    } else if (type == UUID.class) {
      return new UUID(random.nextLong(), random.nextLong());
    } else if (type == Instant.class) {
      return instant();
    } else if (type == LocalDate.class) {
      return local().toLocalDate();
    } else if (type == LocalTime.class) {
      return local().toLocalTime();
    } else if (type == LocalDateTime.class) {
      return local();
    } else if (type == OffsetDateTime.class) {
      return local().atOffset(ZoneOffset.ofTotalSeconds(random.nextInt(129_601) - 64_800));
    } else if (type == ZonedDateTime.class) {
      return random.nextInt(4) == 0
          ? ZonedDateTime.of(LocalDateTime.of(2024, 10, 27, 2, 30), ZoneId.of("Europe/Paris"))
              .withLaterOffsetAtOverlap()
          : local().atZone(ZoneId.of(one(ZONES)));
    } else if (type == ZoneId.class) {
      return ZoneId.of(one(ZONES));
    } else if (type == Year.class) {
      return Year.of(local().getYear());
    } else if (type == YearMonth.class) {
      return YearMonth.from(local());
    } else if (type == Duration.class) {
      return Duration.ofSeconds(number() / 2, random.nextInt());
    } else if (type == Period.class) {
      return Period.of(random.nextInt(), random.nextInt(), random.nextInt());
    } else if (type == Date.class) {
      return rarely() ? new Timestamp(5) : new Date(number());
    } else if (type == Timestamp.class) {
      var timestamp = new Timestamp(number() >> 10);
      timestamp.setNanos(random.nextInt(1_000_000_000));
      return timestamp;
    } else if (type == Locale.class) {
      return random.nextInt(8) == 0
          ? new Locale("no", "NO", "NY")
          : one(List.of(Locale.getAvailableLocales()));
    } else if (type == OptionalInt.class) {
      return random.nextBoolean() ? OptionalInt.empty() : OptionalInt.of(random.nextInt());
    }
    return null;
  }

  private long number() {
    return random.nextLong() >> random.nextInt(64);
  }

  private Instant instant() {
    return Instant.ofEpochSecond(number() >> 9, random.nextInt(1_000_000_000));
  }

  private LocalDateTime local() {
    return LocalDateTime.ofInstant(
        random.nextBoolean() ? instant() : Instant.ofEpochSecond(random.nextInt()), ZoneOffset.UTC);
  }

  private String text() {
    var text = new StringBuilder();
    int length = random.nextInt(12);
    for (int i = 0; i < length; i++) {
      switch (random.nextInt(rarely() ? 4 : 3)) {
        case 0 -> text.append((char) (' ' + random.nextInt(95)));
        case 1 -> text.append((char) random.nextInt(0x300));
        case 2 -> text.appendCodePoint(0x10000 + random.nextInt(0x1000));
        default -> text.append((char) (0xD800 + random.nextInt(0x800)));
      }
    }
    return text.toString();
  }
}
