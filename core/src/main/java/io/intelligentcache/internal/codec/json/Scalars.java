package io.intelligentcache.internal.codec.json;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Currency;
import java.util.Date;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The JDK types that the JSON codec writes as one text, each exactly. A type that is not listed here, and is no
 * primitive, box, String, array or {@linkplain Containers container}, is not known to come back unchanged.
 */
@SuppressWarnings("JavaUtilDate") // applications have values of them
final class Scalars {
  /** The most digits of a number: the time to read it grows with their square. */
  private static final int MOST_DIGITS = 100_000;

  private static final double BITS_PER_DIGIT = 3.33;

  /** Types that Jackson reads and writes exactly, given the settings of {@link StrictMapper}. */
  private static final Set<Class<?>> NATIVE = Set.of(
      Boolean.class,
      Byte.class,
      Short.class,
      Integer.class,
      Long.class,
      Float.class,
      Double.class,
      String.class);

  private static final Map<Class<?>, Scalar<?>> ALL = new HashMap<>();
  private static final Map<Class<?>, Scalar<?>> KEYS = new HashMap<>();

  static {
    // The code of a char, because half a surrogate pair has no text.
    var character = new Scalar<>(Character.class, c -> Integer.toString(c), text ->
        (char) Math.toIntExact(Long.parseLong(text)));
    add(character);
    ALL.put(char.class, character);
    add(new Scalar<>(BigInteger.class, Scalars::digits, text -> new BigInteger(bounded(text))));
    add(new Scalar<>(BigDecimal.class, Scalars::digits, Scalars::decimal));
    add(new Scalar<>(UUID.class, UUID::toString, UUID::fromString));
    add(new Scalar<>(URI.class, URI::toString, URI::create));
    add(new Scalar<>(Currency.class, Currency::getCurrencyCode, Currency::getInstance));
    add(new Scalar<>(Locale.class, Scalars::tag, Locale::forLanguageTag));
    add(new Scalar<>(Instant.class, Instant::toString, Instant::parse));
    add(new Scalar<>(LocalDate.class, LocalDate::toString, LocalDate::parse));
    add(new Scalar<>(LocalTime.class, LocalTime::toString, LocalTime::parse));
    add(new Scalar<>(LocalDateTime.class, LocalDateTime::toString, LocalDateTime::parse));
    add(new Scalar<>(OffsetTime.class, OffsetTime::toString, OffsetTime::parse));
    add(new Scalar<>(OffsetDateTime.class, OffsetDateTime::toString, OffsetDateTime::parse));
    add(new Scalar<>(
        ZonedDateTime.class,
        time -> time.toLocalDateTime() + " " + time.getOffset() + " " + time.getZone(),
        Scalars::zoned));
    add(new Scalar<>(ZoneOffset.class, ZoneOffset::getId, ZoneOffset::of));
    add(new Scalar<>(ZoneId.class, ZoneId::getId, ZoneId::of));
    add(new Scalar<>(
        Year.class, year -> Integer.toString(year.getValue()), text -> Year.of(integer(text))));
    add(new Scalar<>(
        YearMonth.class,
        month -> month.getYear() + "/" + month.getMonthValue(),
        text -> YearMonth.of(
            integer(text.substring(0, text.indexOf('/'))),
            integer(text.substring(text.indexOf('/') + 1)))));
    add(new Scalar<>(MonthDay.class, MonthDay::toString, MonthDay::parse));
    add(new Scalar<>(
        Duration.class,
        time -> time.getSeconds() + " " + time.getNano(),
        text -> Duration.ofSeconds(
            Long.parseLong(text.substring(0, text.indexOf(' '))),
            integer(text.substring(text.indexOf(' ') + 1)))));
    add(new Scalar<>(Period.class, Period::toString, Period::parse));
    add(new Scalar<>(
        Date.class, date -> Long.toString(date.getTime()), text -> new Date(Long.parseLong(text))));
    add(new Scalar<>(
        OptionalInt.class,
        some -> some.isPresent() ? Integer.toString(some.getAsInt()) : "",
        text -> text.isEmpty() ? OptionalInt.empty() : OptionalInt.of(integer(text))));
    add(new Scalar<>(
        OptionalLong.class,
        some -> some.isPresent() ? Long.toString(some.getAsLong()) : "",
        text -> text.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(text))));
    add(new Scalar<>(
        OptionalDouble.class,
        some -> some.isPresent() ? Double.toString(some.getAsDouble()) : "",
        text ->
            text.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(Double.parseDouble(text))));
    try {
      OfSql.add();
    } catch (LinkageError noSuchModule) { // java.sql is not in every runtime image
    }
    KEYS.putAll(ALL);
    KEYS.remove(char.class);
    key(new Scalar<>(String.class, Scalars::name, text -> text));
    key(new Scalar<>(Boolean.class, some -> some.toString(), Scalars::bool));
    key(new Scalar<>(Byte.class, some -> some.toString(), Byte::valueOf));
    key(new Scalar<>(Short.class, some -> some.toString(), Short::valueOf));
    key(new Scalar<>(Integer.class, some -> some.toString(), Integer::valueOf));
    key(new Scalar<>(Long.class, some -> some.toString(), Long::valueOf));
    key(new Scalar<>(Float.class, some -> some.toString(), Float::valueOf));
    key(new Scalar<>(Double.class, some -> some.toString(), Double::valueOf));
  }

  private Scalars() {}

  /**
   * A type whose values are one text.
   *
   * @param type the exact class of the values; or ZoneId, whose subclasses only the JDK can make
   * @param write throws an {@link IllegalArgumentException} for a value that its text would change
   */
  record Scalar<T>(Class<T> type, Function<T, String> write, Function<String, T> read) {
    /** The text of a value; throws an IllegalArgumentException if no text reads back as the same value. */
    String text(Object value) {
      boolean exact = (type == ZoneId.class || type.isEnum())
          ? type.isInstance(value)
          : value.getClass() == type;
      if (!exact) {
        throw new IllegalArgumentException(
            "a value of " + value.getClass().getName() + " where the type says " + type.getName());
      }
      return write.apply(type.cast(value));
    }

    /** An enum: its constants by name, whatever their toString returns. */
    @SuppressWarnings({"unchecked", "rawtypes"})
    static Scalar<?> ofEnum(Class<?> type) {
      return new EnumScalar(type).scalar();
    }
  }

  private record EnumScalar<E extends Enum<E>>(Class<E> type) {
    Scalar<E> scalar() {
      return new Scalar<>(type, Enum::name, name -> Enum.valueOf(type, name));
    }
  }

  /** The types of java.sql. In a class of their own, because that module may be missing. */
  private static final class OfSql {
    static void add() {
      Scalars.add(new Scalar<>(
          java.sql.Timestamp.class, time -> time.getTime() + " " + time.getNanos(), text -> {
            var time = new java.sql.Timestamp(Long.parseLong(text.substring(0, text.indexOf(' '))));
            time.setNanos(integer(text.substring(text.indexOf(' ') + 1)));
            return time;
          }));
      Scalars.add(new Scalar<>(
          java.sql.Date.class,
          date -> Long.toString(date.getTime()),
          text -> new java.sql.Date(Long.parseLong(text))));
      Scalars.add(new Scalar<>(
          java.sql.Time.class,
          time -> Long.toString(time.getTime()),
          text -> new java.sql.Time(Long.parseLong(text))));
    }
  }

  /** Whether Jackson reads and writes the type itself. */
  static boolean isNative(Class<?> type) {
    return NATIVE.contains(type)
        || (type.isPrimitive() && type != char.class && type != void.class);
  }

  static @Nullable Scalar<?> of(Class<?> type) {
    return ALL.get(type);
  }

  /** The value that is read where the bytes lack the property: null, unless the type has an empty value. */
  static @Nullable Object absent(Class<?> type) {
    if (type == OptionalInt.class) {
      return OptionalInt.empty();
    } else if (type == OptionalLong.class) {
      return OptionalLong.empty();
    } else if (type == OptionalDouble.class) {
      return OptionalDouble.empty();
    }
    return type == char.class ? '\0' : null;
  }

  /** How a type is written as a key of a map, or null if it can't be one. */
  static @Nullable Scalar<?> keyOf(Class<?> type) {
    return type.isEnum() ? Scalar.ofEnum(type) : KEYS.get(type);
  }

  private static void add(Scalar<?> scalar) {
    ALL.put(scalar.type(), scalar);
  }

  private static void key(Scalar<?> scalar) {
    KEYS.put(scalar.type(), scalar);
  }

  /** Checks the name of a property: JSON can't write half a surrogate pair in a name. */
  private static String name(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        if (!Character.isSupplementaryCodePoint(text.codePointAt(i))) {
          throw new IllegalArgumentException("a key has half of a surrogate pair at index " + i);
        }
        i++;
      }
    }
    return text;
  }

  private static int integer(String text) {
    return Integer.parseInt(text);
  }

  private static boolean bool(String text) {
    if (!text.equals("true") && !text.equals("false")) {
      throw new IllegalArgumentException("neither true nor false");
    }
    return text.equals("true");
  }

  private static String digits(BigInteger number) {
    if (number.bitLength() > MOST_DIGITS * BITS_PER_DIGIT) {
      throw tooLong();
    }
    return bounded(number.toString());
  }

  private static String digits(BigDecimal number) {
    if (number.unscaledValue().bitLength() > MOST_DIGITS * BITS_PER_DIGIT) {
      throw tooLong();
    }
    return bounded(number.unscaledValue() + " " + number.scale());
  }

  /** Reads a text that can hold any scale, which BigDecimal's own text can't. */
  private static BigDecimal decimal(String text) {
    int space = bounded(text).indexOf(' ');
    return new BigDecimal(
        new BigInteger(text.substring(0, space)), integer(text.substring(space + 1)));
  }

  private static String bounded(String text) {
    if (text.length() > MOST_DIGITS) {
      throw tooLong();
    }
    return text;
  }

  private static IllegalArgumentException tooLong() {
    return new IllegalArgumentException("a number may have " + MOST_DIGITS + " digits");
  }

  private static String tag(Locale locale) {
    String tag = locale.toLanguageTag();
    if (!Locale.forLanguageTag(tag).equals(locale)) {
      throw new IllegalArgumentException("the locale has no language tag of its own: " + locale);
    }
    return tag;
  }

  private static ZonedDateTime zoned(String text) {
    int first = text.indexOf(' ');
    int second = text.indexOf(' ', first + 1);
    // Strict: the zone must have this offset at that time.
    return ZonedDateTime.ofStrict(
        LocalDateTime.parse(text.substring(0, first)),
        ZoneOffset.of(text.substring(first + 1, second)),
        ZoneId.of(text.substring(second + 1)));
  }
}
