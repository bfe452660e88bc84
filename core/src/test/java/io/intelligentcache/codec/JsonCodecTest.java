package io.intelligentcache.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonValue;
import io.intelligentcache.internal.codec.json.Comparison;
import java.io.Serializable;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.sql.Timestamp;
import java.time.DayOfWeek;
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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.Currency;
import java.util.Date;
import java.util.Deque;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.GregorianCalendar;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.DefaultTyping;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsontype.BasicPolymorphicTypeValidator;

/** What JSON writes it reads back equal, or it is refused; nothing is changed without a word. */
@SuppressWarnings({"unused", "JavaUtilDate", "JdkObsolete", "ClassCanBeStatic", "HidingField"})
final class JsonCodecTest {
  private static <V> void survives(TypeRef<V> type, List<? extends V> values) {
    JsonCodec<V> writer = Codecs.json(type);
    JsonCodec<V> reader = Codecs.json(type);
    assertThat(reader.id()).isEqualTo(writer.id());
    for (V value : values) {
      byte[] bytes = writer.encode(value);
      V back = reader.decode(bytes);
      assertThat(Comparison.between(value, back, reader::isByFields))
          .as("%s, written as %s", type, new String(bytes, UTF_8))
          .isNull();
    }
  }

  private static <V> void survives(TypeRef<V> type, V value) {
    survives(type, List.of(value));
  }

  private static void refused(TypeRef<?> type, String... words) {
    assertThatThrownBy(() -> Codecs.json(type).id())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(words)
        .hasMessageContaining("CacheSpec.codec")
        .hasMessageContaining("memoryOnly()");
  }

  private static <V> void unwritable(TypeRef<V> type, V value, String... words) {
    JsonCodec<V> codec = Codecs.json(type);
    assertThat(codec.id()).startsWith("json/2:");
    assertThatThrownBy(() -> codec.encode(value))
        .isInstanceOf(CodecException.class)
        .hasMessageContainingAll(words);
  }

  @Test
  void timesKeepTheirOffsetAndZone() {
    var paris = ZoneId.of("Europe/Paris");
    var twice = LocalDateTime.of(2024, 10, 27, 2, 30);
    survives(
        new TypeRef<ZonedDateTime>() {},
        List.of(
            ZonedDateTime.of(2024, 3, 1, 10, 0, 0, 0, paris),
            ZonedDateTime.ofLocal(twice, paris, ZoneOffset.ofHours(1)),
            ZonedDateTime.ofLocal(twice, paris, ZoneOffset.ofHours(2)),
            ZonedDateTime.of(twice, ZoneOffset.ofHoursMinutesSeconds(-3, -7, -9)),
            ZonedDateTime.of(twice, ZoneId.of("UTC+01:00")),
            ZonedDateTime.of(LocalDateTime.of(-12_345, 1, 1, 0, 0, 0, 1), ZoneId.of("GMT"))));
    survives(
        new TypeRef<OffsetDateTime>() {},
        List.of(
            OffsetDateTime.of(2024, 3, 1, 10, 0, 0, 0, ZoneOffset.ofHours(2)),
            OffsetDateTime.MAX,
            OffsetDateTime.MIN));
    survives(new TypeRef<OffsetTime>() {}, List.of(OffsetTime.MAX, OffsetTime.MIN));
    survives(
        new TypeRef<Instant>() {}, List.of(Instant.MAX, Instant.MIN, Instant.EPOCH.plusNanos(1)));
    survives(new TypeRef<LocalDateTime>() {}, List.of(LocalDateTime.MAX, LocalDateTime.MIN));
    survives(
        new TypeRef<LocalDate>() {}, List.of(LocalDate.MAX, LocalDate.MIN, LocalDate.of(5, 1, 1)));
    survives(new TypeRef<LocalTime>() {}, List.of(LocalTime.MAX, LocalTime.MIDNIGHT));
    survives(
        new TypeRef<Year>() {},
        List.of(Year.of(Year.MAX_VALUE), Year.of(-5), Year.of(5), Year.of(12_345)));
    survives(new TypeRef<YearMonth>() {}, List.of(YearMonth.of(-1, 1), YearMonth.of(123_456, 12)));
    survives(new TypeRef<MonthDay>() {}, MonthDay.of(2, 29));
    survives(
        new TypeRef<Duration>() {},
        List.of(
            Duration.ofSeconds(Long.MAX_VALUE, 999_999_999),
            Duration.ofSeconds(Long.MIN_VALUE),
            Duration.ofNanos(-1)));
    survives(new TypeRef<Period>() {}, List.of(Period.of(-1, 13, 40), Period.ZERO));
    survives(new TypeRef<ZoneId>() {}, List.of(paris, ZoneOffset.UTC, ZoneId.of("GMT+2")));
    survives(new TypeRef<DayOfWeek>() {}, DayOfWeek.MONDAY);
    survives(new TypeRef<Date>() {}, List.of(new Date(Long.MIN_VALUE), new Date(1)));
    var timestamp = Timestamp.valueOf("2024-03-01 10:00:00.123456789");
    survives(new TypeRef<Timestamp>() {}, timestamp);
    survives(new TypeRef<java.sql.Date>() {}, new java.sql.Date(5));
    unwritable(new TypeRef<Date>() {}, timestamp, "java.util.Date", "java.sql.Timestamp");
    refused(new TypeRef<GregorianCalendar>() {}, "GregorianCalendar");
  }

  record Numbers(
      byte b,
      short s,
      int i,
      long l,
      float f,
      double d,
      char c,
      boolean z,
      Float boxed,
      Character half) {}

  @Test
  void numbersKeepTheirTypeAndEveryBit() {
    for (double d :
        new double[] {0.0, -0.0, Double.NaN, Double.NEGATIVE_INFINITY, Double.MIN_VALUE, 0.1}) {
      float f = (float) d;
      survives(
          new TypeRef<Numbers>() {},
          new Numbers(
              (byte) -1, Short.MIN_VALUE, -1, (1L << 53) + 1, f, d, '\0', true, f, '\uD800'));
    }
    survives(new TypeRef<Long>() {}, List.of(Long.MAX_VALUE, Long.MIN_VALUE));
    survives(
        new TypeRef<BigDecimal>() {},
        List.of(
            new BigDecimal("0.10"),
            new BigDecimal("1E+1000000000"),
            new BigDecimal(BigInteger.ONE, Integer.MIN_VALUE),
            BigDecimal.ZERO.setScale(7),
            new BigDecimal("1".repeat(5_000))));
    survives(
        new TypeRef<BigInteger>() {}, List.of(BigInteger.TWO.pow(50_000), BigInteger.TEN.negate()));
    survives(
        new TypeRef<double[][]>() {},
        List.of(new double[][] {{Double.NaN, -0.0}, {}}, new double[0][]));
    survives(new TypeRef<float[]>() {}, new float[] {Float.POSITIVE_INFINITY, Float.MIN_VALUE});
    survives(new TypeRef<char[]>() {}, new char[] {'a', '\0', '\uDC00'});
    survives(new TypeRef<long[]>() {}, new long[] {Long.MIN_VALUE});
    survives(new TypeRef<boolean[]>() {}, new boolean[] {true, false});
    survives(new TypeRef<Boolean>() {}, List.of(true, false));
    unwritable(new TypeRef<BigInteger>() {}, BigInteger.TWO.pow(400_000), "digits");
    refused(new TypeRef<Number>() {}, "java.lang.Number");
    refused(new TypeRef<AtomicInteger>() {}, "AtomicInteger");
  }

  @Test
  void stringsSurviveWhateverIsInThem() {
    survives(
        new TypeRef<List<String>>() {},
        List.of(List.of("", "\0", "\u2028\"\\/", "\uD83D\uDE00", "a".repeat(100_000), "null")));
    survives(new TypeRef<Map<String, String>>() {}, Map.of("", "", "k".repeat(100_000), "v"));
    for (String half : List.of("\uD800", "a\uDC00b", "\uDC00\uD800")) {
      Codec<List<String>> codec = Codecs.json(new TypeRef<List<String>>() {});
      byte[] bytes;
      try {
        bytes = codec.encode(List.of(half));
      } catch (CodecException refused) {
        continue;
      }
      assertThat(codec.decode(bytes)).containsExactly(half);
    }
  }

  record Blob(
      byte[] bytes, String @Nullable [] names, @Nullable List<@Nullable String> texts) {}

  @Test
  void nullIsNeitherEmptyNorAbsent() {
    survives(
        new TypeRef<Blob>() {},
        List.of(
            new Blob(new byte[0], null, null),
            new Blob(new byte[] {-1}, new String[] {}, List.of()),
            new Blob(new byte[] {0}, new String[] {null, ""}, Arrays.asList(null, "", "null"))));
    survives(
        new TypeRef<List<Optional<String>>>() {},
        List.of(Arrays.asList(null, Optional.empty(), Optional.of(""))));
    survives(
        new TypeRef<List<Optional<Optional<Integer>>>>() {},
        List.of(
            List.of(Optional.empty(), Optional.of(Optional.empty()), Optional.of(Optional.of(1)))));
    survives(new TypeRef<OptionalInt>() {}, List.of(OptionalInt.empty(), OptionalInt.of(0)));
    survives(
        new TypeRef<OptionalLong>() {},
        List.of(OptionalLong.empty(), OptionalLong.of(Long.MIN_VALUE)));
    survives(
        new TypeRef<OptionalDouble>() {}, List.of(OptionalDouble.empty(), OptionalDouble.of(-0.0)));
    var nulls = new HashMap<String, @Nullable Integer>();
    nulls.put("k", null);
    survives(new TypeRef<Map<String, Integer>>() {}, nulls);
  }

  enum Color {
    RED,
    GREEN {
      @Override
      public String toString() {
        return "RED";
      }
    }
  }

  @Test
  void collectionsKeepWhatTheyAre() {
    survives(new TypeRef<Set<Color>>() {}, EnumSet.of(Color.GREEN));
    survives(
        new TypeRef<EnumSet<Color>>() {},
        List.of(EnumSet.noneOf(Color.class), EnumSet.allOf(Color.class)));
    survives(new TypeRef<EnumMap<Color, Integer>>() {}, new EnumMap<>(Map.of(Color.GREEN, 1)));
    survives(new TypeRef<Deque<Integer>>() {}, new ArrayDeque<>(List.of(2, 1)));
    survives(new TypeRef<ArrayDeque<Integer>>() {}, new ArrayDeque<>(List.of(2, 1)));
    survives(new TypeRef<Queue<Integer>>() {}, new LinkedList<>(List.of(2, 1)));
    survives(new TypeRef<SortedSet<String>>() {}, new TreeSet<>(List.of("b", "a")));
    survives(
        new TypeRef<NavigableMap<Integer, String>>() {}, new TreeMap<>(Map.of(10, "b", 9, "a")));
    survives(
        new TypeRef<ConcurrentHashMap<String, Long>>() {},
        new ConcurrentHashMap<>(Map.of("a", 1L)));
    survives(new TypeRef<Collection<Long>>() {}, List.of(List.of(5L)));
    Codec<Set<String>> sets = Codecs.json(new TypeRef<Set<String>>() {});
    var inOrder = new LinkedHashSet<>(List.of("z", "y", "x", "a", "b"));
    assertThat(sets.decode(sets.encode(inOrder))).containsExactlyElementsOf(inOrder);
    Codec<Map<String, Integer>> maps = Codecs.json(new TypeRef<Map<String, Integer>>() {});
    var entries = new LinkedHashMap<>(Map.of("z", 1));
    entries.put("a", 2);
    assertThat(maps.decode(maps.encode(entries)).keySet()).containsExactly("z", "a");
    Codec<Map<Color, Integer>> enums = Codecs.json(new TypeRef<Map<Color, Integer>>() {});
    var inReverse = new LinkedHashMap<>(Map.of(Color.GREEN, 1));
    inReverse.put(Color.RED, 2);
    assertThat(enums.decode(enums.encode(inReverse)))
        .isExactlyInstanceOf(LinkedHashMap.class)
        .containsExactlyEntriesOf(inReverse);
    survives(new TypeRef<SortedMap<Color, Integer>>() {}, new TreeMap<>(Map.of(Color.GREEN, 1)));
    survives(
        new TypeRef<ConcurrentMap<Color, Integer>>() {},
        new ConcurrentHashMap<>(Map.of(Color.GREEN, 1)));
    survives(new TypeRef<Collection<Color>>() {}, List.of(Color.GREEN, Color.RED));
    unwritable(new TypeRef<Collection<Long>>() {}, Set.of(5L), "Collection");
    unwritable(
        new TypeRef<Map<String, Integer>>() {},
        new TreeMap<>(String.CASE_INSENSITIVE_ORDER),
        "comparator",
        "TreeMap");
    unwritable(new TypeRef<HashMap<String, Integer>>() {}, new LinkedHashMap<>(), "LinkedHashMap");
    unwritable(new TypeRef<ArrayList<String>>() {}, new ArrayList<>() {}, "ArrayList");
  }

  @Test
  void keysOfMapsSurviveOrAreRefused() {
    survives(new TypeRef<Map<Double, String>>() {}, Map.of(-0.0, "a", 0.0, "b", Double.NaN, "c"));
    survives(new TypeRef<Map<Integer, String>>() {}, Map.of(1, "a", -1, "b"));
    survives(new TypeRef<Map<Character, String>>() {}, Map.of('\uD800', "a", '1', "b"));
    survives(new TypeRef<Map<Color, String>>() {}, Map.of(Color.RED, "a", Color.GREEN, "b"));
    survives(
        new TypeRef<Map<BigDecimal, String>>() {},
        Map.of(new BigDecimal("1.0"), "a", BigDecimal.ONE, "b"));
    survives(new TypeRef<Map<Instant, String>>() {}, Map.of(Instant.EPOCH, "a"));
    survives(new TypeRef<Map<UUID, String>>() {}, Map.of(new UUID(1, 2), "a"));
    survives(new TypeRef<Map<Boolean, Byte>>() {}, Map.of(true, (byte) 1));
    refused(new TypeRef<Map<Pair<String, Integer>, String>>() {}, "keys", "Pair");
    refused(new TypeRef<Map<List<String>, String>>() {}, "keys");
    var nullKey = new HashMap<@Nullable String, String>();
    nullKey.put(null, "v");
    unwritable(new TypeRef<Map<String, String>>() {}, nullKey, "HashMap");
  }

  record Pair<A, B>(A first, B second) {}

  record Node<T>(T value, @Nullable Node<T> next, List<Node<T>> children) {}

  @Test
  void typeArgumentsCountAndTypesMayContainThemselves() {
    survives(
        new TypeRef<Pair<Long, Map<String, Pair<Short, Instant>>>>() {},
        new Pair<>(5L, Map.of("k", new Pair<>((short) 1, Instant.EPOCH))));
    survives(
        new TypeRef<Node<Long>>() {},
        new Node<>(1L, new Node<>(2L, null, List.of()), List.of(new Node<>(3L, null, List.of()))));
    survives(new TypeRef<List<? extends Integer>>() {}, List.of(List.of(1)));
  }

  /** As people write them: private fields, no annotations, no equals. */
  static class Account {
    private String owner = "nobody";
    private final List<String> notes = new ArrayList<>();
    private boolean isOpen;
    private String URL = "u";
    private int aB;
    protected long balance;
    private transient int cached = 5;

    private Account() {}

    static Account of(String owner, String note) {
      var account = new Account();
      account.owner = owner;
      account.notes.add(note);
      account.isOpen = true;
      account.aB = 7;
      account.balance = 1L << 60;
      return account;
    }

    public String getDisplayName() {
      throw new UnsupportedOperationException("computed");
    }
  }

  static final class Savings extends Account {
    double rate = 0.5;

    @Nullable
    Savings parent;
  }

  static final class Secret {
    @JsonIgnore
    private String word = "w";

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    @Nullable
    List<String> list = new ArrayList<>(List.of("default"));

    @JsonFormat(pattern = "yyyy")
    LocalDate day = LocalDate.of(2024, 5, 6);
  }

  static final class Money {
    private final BigDecimal amount;
    private final String currency;
    private int hash;

    @JsonCreator
    Money(@JsonProperty("amount") BigDecimal amount, @JsonProperty("currency") String currency) {
      this.amount = amount;
      this.currency = currency;
    }
  }

  static final class Iban {
    private final String text;
    private int hash;

    private Iban(String text) {
      this.text = text;
    }

    @JsonCreator
    static Iban of(String text) {
      return new Iban(text);
    }

    @JsonValue
    String text() {
      return text;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Iban that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
      hash = text.hashCode();
      return hash;
    }
  }

  @Test
  void beansSurviveFieldByFieldWhateverTheirGettersAndApiAnnotationsSay() {
    survives(new TypeRef<Account>() {}, Account.of("Ann", "n"));
    var savings = new Savings();
    savings.parent = new Savings();
    savings.balance = -1;
    survives(new TypeRef<Savings>() {}, savings);
    var secret = new Secret();
    secret.word = "other";
    secret.list = null;
    survives(new TypeRef<Secret>() {}, secret);
    survives(
        new TypeRef<List<Money>>() {}, List.of(List.of(new Money(new BigDecimal("1.10"), "EUR"))));
    var iban = Iban.of("DE1");
    assertThat(iban.hashCode()).isNotZero();
    survives(new TypeRef<Iban>() {}, iban);
    survives(new TypeRef<URI>() {}, URI.create("HTTP://a/%C3"));
    survives(new TypeRef<Currency>() {}, Currency.getInstance("EUR"));
    survives(
        new TypeRef<Locale>() {},
        List.of(Locale.ROOT, Locale.GERMANY, Locale.forLanguageTag("zh-Hant-TW-u-ca-buddhist")));
  }

  sealed interface Shape permits Circle, Square, Odd, Flat {}

  record Circle(double radius) implements Shape {}

  record Square(@Nullable Shape inside) implements Shape {}

  enum Flat implements Shape {
    LINE,
    POINT {}
  }

  sealed interface Odd extends Shape {}

  record Blobby() implements Odd {}

  sealed interface Result<T> {}

  record Good<T>(T value) implements Result<T> {}

  record Bad<T>(String why) implements Result<T> {}

  static sealed class Animal {
    String name = "a";
  }

  static final class Dog extends Animal {
    int age = 3;
  }

  @Test
  void sealedTypesSurviveByTheirClosedList() {
    survives(
        new TypeRef<List<Shape>>() {},
        List.of(List.of(
            new Circle(-0.0), new Square(new Square(null)), Flat.POINT, Flat.LINE, new Blobby())));
    survives(new TypeRef<Shape>() {}, new Square(new Circle(1)));
    survives(new TypeRef<Result<Long>>() {}, List.of(new Good<>(5L), new Bad<>("w")));
    survives(new TypeRef<List<Animal>>() {}, List.of(List.of(new Animal(), new Dog())));
    survives(new TypeRef<Dog>() {}, new Dog());
  }

  static class Person {
    String name = "Ann";
  }

  static class Admin extends Person {
    String right = "root";
  }

  interface Event {}

  record Login(String who) implements Event {}

  record Holder(
      List<Person> people, @Nullable Event event, @Nullable Object any) {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
  @JsonSubTypes({@JsonSubTypes.Type(value = Listed.class, name = "l")})
  interface ByAnnotation {}

  record Listed(int i) implements ByAnnotation {}

  @Test
  void otherHierarchiesSurviveByTheNamesThatTheApplicationGives() {
    refused(new TypeRef<Holder>() {}, "Holder", "any", "Object");
    refused(new TypeRef<List<Event>>() {}, "Event", "interface", "subtypes");
    unwritable(
        new TypeRef<List<Person>>() {},
        List.of(new Person(), new Admin()),
        "Person",
        "Admin",
        "subtypes",
        "[1]");
    var codec = Codecs.json(Holder.class)
        .subtypes(Map.of("admin", Admin.class, "login", Login.class, "long", Long.class));
    var value = new Holder(List.of(new Admin(), new Person()), new Login("a"), 5L);
    assertThat(Comparison.between(value, codec.decode(codec.encode(value)), type -> true))
        .isNull();
    assertThatThrownBy(() -> codec.encode(new Holder(List.of(), null, 5)))
        .isInstanceOf(CodecException.class)
        .hasMessageContaining("java.lang.Integer")
        .hasMessageContaining("any");
    assertThatThrownBy(() -> Codecs.json(Event.class).subtypes(Map.of("e", Event.class)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Event");
    survives(new TypeRef<List<ByAnnotation>>() {}, List.of(List.of(new Listed(1))));
  }

  record Data(
      Map<String, Object> map,
      List<Object> list,
      List<?> any,
      Object[] array,
      Optional<Object> some,
      Map<String, List<Object[]>> deep) {}

  @Test
  void whatIsDeclaredAsObjectHasItsNameEverywhere() {
    Map<String, Class<?>> named =
        Map.of("login", Login.class, "int", Integer.class, "string", String.class);
    JsonCodec<Data> codec = Codecs.json(Data.class).subtypes(named);
    var login = new Login("a");
    var value = new Data(
        Map.of("k", 5),
        Arrays.asList("int", null, 5),
        List.of(login),
        new Object[] {login, 5, "x"},
        Optional.of(login),
        Map.of("k", List.of(new Object[][] {{5, login}})));
    assertThat(Comparison.between(value, codec.decode(codec.encode(value)), type -> true))
        .isNull();
    JsonCodec<Object> root = Codecs.json(Object.class).subtypes(named);
    for (Object one : List.of(login, 5, "int")) {
      assertThat(root.decode(root.encode(one))).isEqualTo(one);
    }
    JsonCodec<Object[]> array = Codecs.json(Object[].class).subtypes(named);
    assertThat(array.decode(array.encode(new Object[] {5}))).containsExactly(5);
    JsonCodec<Map<String, Object>> map =
        Codecs.json(new TypeRef<Map<String, Object>>() {}).subtypes(named);
    assertThat(map.decode(map.encode(Map.of("k", login)))).isEqualTo(Map.of("k", login));
    for (Object unnamed : List.of(List.of("int", 5), 5L, new int[0])) {
      assertThatThrownBy(() -> map.encode(Map.of("k", unnamed)))
          .isInstanceOf(CodecException.class)
          .hasMessageContainingAll(unnamed.getClass().getTypeName(), "k");
      assertThatThrownBy(() -> root.encode(unnamed)).isInstanceOf(CodecException.class);
    }
  }

  static final class Id {
    @JsonValue
    private final @Nullable String text;

    private Id(@Nullable String text) {
      this.text = text;
    }

    @JsonCreator
    static Id of(@Nullable String text) {
      return new Id(text);
    }
  }

  @Test
  void anObjectWhoseJsonValueIsNullIsRefusedAndDoesNotBecomeNull() {
    survives(new TypeRef<List<Id>>() {}, List.of(List.of(Id.of("a"))));
    unwritable(new TypeRef<List<Id>>() {}, List.of(Id.of(null)), "JsonValue", "text");
    unwritable(new TypeRef<Id>() {}, Id.of(null), "JsonValue", "text");
  }

  @Test
  @SuppressWarnings({"unchecked", "rawtypes"})
  void whatIsNotOfTheGenericTypeIsRefusedWhereverItIs() {
    for (Object value : List.of(Optional.of("x"), Optional.of(Optional.of(1)))) {
      unwritable((TypeRef) new TypeRef<Optional<Integer>>() {}, value, "Optional");
    }
    unwritable(
        (TypeRef) new TypeRef<List<Optional<Id>>>() {}, List.of(Optional.of("x")), "Optional");
    unwritable((TypeRef) new TypeRef<List<Integer>>() {}, List.of("x"), "String");
  }

  @Test
  @SuppressWarnings("DistinctVarargsChecker") // records with arrays are not equal
  void emptyArraysInASetAreAsManyAsTheyWere() {
    survives(
        new TypeRef<Set<Pair<String, byte[]>>>() {},
        Set.of(new Pair<>("", new byte[0]), new Pair<>("", new byte[0])));
    survives(
        new TypeRef<Set<Pair<int[], byte[]>>>() {},
        Set.of(new Pair<>(new int[0], new byte[0]), new Pair<>(new int[] {1}, new byte[] {1, 2})));
  }

  @JsonTypeInfo(use = JsonTypeInfo.Id.CLASS)
  static class NamesClasses {}

  record NamesClassesInside(
      @JsonTypeInfo(use = JsonTypeInfo.Id.CLASS) Event event) {}

  @Test
  void noClassNameComesFromData() {
    assertThatThrownBy(() -> Codecs.json(NamesClassesInside.class)
            .mapper(JsonMapper.builder().build())
            .id())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("class names")
        .hasMessageContaining("event");
    refused(new TypeRef<NamesClasses>() {}, "class names");
    var typing = JsonMapper.builder()
        .activateDefaultTyping(
            BasicPolymorphicTypeValidator.builder()
                .allowIfBaseType(Object.class)
                .build(),
            DefaultTyping.NON_FINAL)
        .build();
    assertThatThrownBy(() -> Codecs.json(Person.class).mapper(typing).id())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("class names");
  }

  class Inner {
    int i;
  }

  static final class NoWayBack {
    final int i;

    NoWayBack(int number) {
      i = number;
    }
  }

  static class Hides extends Person {
    String name = "other";
  }

  static final class Listing extends ArrayList<String> {
    private static final long serialVersionUID = 1;
    String title = "t";
  }

  static final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  record Lazy(Runnable code) {}

  record Grows<T>(@Nullable Grows<List<T>> next) {}

  @Test
  @SuppressWarnings("rawtypes")
  void whatCantBeRightIsRefusedBeforeTheFirstValue() {
    refused(new TypeRef<Object>() {}, "Object");
    refused(new TypeRef<Map<String, Object>>() {}, "Object");
    refused(new TypeRef<List<?>>() {}, "Object", "raw");
    refused(new TypeRef<List>() {}, "Object");
    refused(new TypeRef<Pair<String, ?>>() {}, "second", "Object");
    refused(new TypeRef<Pair>() {}, "first");
    refused(new TypeRef<Object[]>() {}, "Object");
    refused(new TypeRef<BitSet>() {}, "BitSet");
    refused(new TypeRef<Serializable>() {}, "interface");
    refused(new TypeRef<Comparable<String>>() {}, "interface");
    refused(new TypeRef<Class<?>>() {}, "java.lang.Class");
    refused(new TypeRef<Pattern>() {}, "Pattern");
    refused(new TypeRef<Inner>() {}, "inner class");
    refused(new TypeRef<NoWayBack>() {}, "NoWayBack", "constructor");
    refused(new TypeRef<Hides>() {}, "name");
    refused(new TypeRef<Listing>() {}, "Listing");
    refused(new TypeRef<Failure>() {}, "RuntimeException");
    refused(new TypeRef<Lazy>() {}, "code", "Runnable");
    refused(new TypeRef<Grows<String>>() {}, "type arguments");
    refused(new TypeRef<Iterable<String>>() {}, "Iterable");
    refused(new TypeRef<StringBuilder>() {}, "StringBuilder");
    refused(new TypeRef<Thread>() {}, "Thread");
  }

  static final class Circular {
    @Nullable
    Circular next;

    List<Circular> all = new ArrayList<>();
  }

  @Test
  void aValueThatContainsItselfOrIsTooDeepIsRefused() {
    var one = new Circular();
    one.next = one;
    unwritable(new TypeRef<Circular>() {}, one, "Circular");
    var two = new Circular();
    two.all.add(two);
    unwritable(new TypeRef<Circular>() {}, two, "Circular");
    for (int depth : new int[] {100, 240, 249, 250, 251, 400, 498, 499, 500, 501, 5_000}) {
      Circular deep = new Circular();
      for (int i = 1; i < depth; i++) {
        var outer = new Circular();
        outer.next = deep;
        deep = outer;
      }
      JsonCodec<Circular> codec = Codecs.json(Circular.class);
      byte[] bytes;
      try {
        bytes = codec.encode(deep);
      } catch (CodecException tooDeep) {
        assertThat(depth).isGreaterThan(400);
        continue;
      }
      assertThat(codec.decode(bytes)).isNotNull();
    }
  }

  record Whole(int i, long l, boolean b, Integer boxed, List<String> list, Color color) {}

  @Test
  void nothingThatDoesNotFitIsReadAsSomethingNear() {
    Codec<Whole> codec = Codecs.json(Whole.class);
    String good =
        new String(codec.encode(new Whole(1, 2, true, 3, List.of("a"), Color.RED)), UTF_8);
    assertThat(codec.decode(good.getBytes(UTF_8)).l()).isEqualTo(2);
    for (String[] change : new String[][] {
      {"\"i\":1", "\"i\":1.5"},
      {"\"i\":1", "\"i\":\"1\""},
      {"\"i\":1", "\"i\":null"},
      {"\"i\":1", "\"i\":\"\""},
      {"\"i\":1", "\"i\":true"},
      {"\"i\":1", "\"i\":3000000000"},
      {"\"i\":1,", ""},
      {"\"i\":1", "\"i\":1,\"more\":1"},
      {"\"l\":2", "\"l\":2.0"},
      {"\"b\":true", "\"b\":1"},
      {"\"b\":true", "\"b\":\"true\""},
      {"\"boxed\":3", "\"boxed\":\"\""},
      {"[\"a\"]", "\"a\""},
      {"[\"a\"]", "[1]"},
      {"[\"a\"]", "\"\""},
      {"\"RED\"", "0"},
      {"\"RED\"", "\"\""},
      {"\"RED\"", "\"red\""},
      {"}", "} 1"},
    }) {
      assertThat(good).contains(change[0]);
      byte[] other = good.replace(change[0], change[1]).getBytes(UTF_8);
      assertThatThrownBy(() -> codec.decode(other))
          .as(change[1])
          .isInstanceOf(RuntimeException.class);
    }
  }

  record Old(String name) {}

  @Test
  void tolerantBytesOfAnotherShapeAreReadAsFarAsTheyGo() {
    Codec<Whole> codec = Codecs.json(Whole.class).tolerant();
    assertThat(codec.id()).isNotEqualTo(Codecs.json(Whole.class).id()).contains("Whole");
    Whole read = codec.decode("{\"i\":1,\"gone\":[5]}".getBytes(UTF_8));
    assertThat(read.i()).isEqualTo(1);
    assertThat(read.l()).isZero();
    assertThat(Objects.requireNonNullElse(read.list(), "null")).isEqualTo("null");
    assertThatThrownBy(() -> codec.decode("{\"i\":\"1\"}".getBytes(UTF_8)))
        .isInstanceOf(RuntimeException.class);
  }

  @Test
  void theApplicationsMapperDoesItItsWayAndIsPartOfTheId() {
    var plain = Codecs.json(Whole.class).mapper(JsonMapper.builder().build());
    var other = Codecs.json(Whole.class)
        .mapper(JsonMapper.builder()
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .build());
    var value = new Whole(1, 2, true, 3, List.of("a"), Color.RED);
    assertThat(plain.decode(plain.encode(value))).isEqualTo(value);
    assertThat(Set.of(plain.id(), other.id(), Codecs.json(Whole.class).id())).hasSize(3);
    assertThat(Codecs.json(Whole.class).mapper(JsonMapper.builder().build()).id())
        .isEqualTo(plain.id());
    assertThatThrownBy(
            () -> Codecs.json(Object.class).mapper(JsonMapper.builder().build()).id())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Object");
  }
}
