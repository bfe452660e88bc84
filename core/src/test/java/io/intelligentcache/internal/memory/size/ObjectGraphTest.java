package io.intelligentcache.internal.memory.size;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.invoke.MethodHandles;
import java.lang.ref.SoftReference;
import java.lang.ref.WeakReference;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.AbstractList;
import java.util.AbstractMap;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.assertj.core.data.Percentage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openjdk.jol.info.GraphLayout;
import org.openjdk.jol.vm.VM;

/** Sizes beside those that OpenJDK's JOL finds by looking into the objects. */
final class ObjectGraphTest {
  static {
    System.setProperty("jol.magicFieldOffset", "true"); // so that it can look into records
    System.setProperty("jol.skipDynamicAttach", "true");
    PrintStream out = System.out;
    System.setOut(new PrintStream(OutputStream.nullOutputStream(), false, UTF_8));
    try {
      VM.current(); // tells once that it has no agent
    } finally {
      System.setOut(out);
    }
  }

  /** What sets share, and we leave out: an object without fields. */
  private static final long SHARED_MARKER = 16;

  static class Base {
    byte flag = 1;
    long count = 2;

    @Nullable
    Object other;
  }

  static class Middle extends Base {
    int number = 3;
    boolean on = true;
    String name = "hello ".concat("world");
  }

  static final class Leaf extends Middle {
    char letter = 'c';
    double price = 1.5;
    byte small = 4;

    @Nullable
    Leaf next;
  }

  record Point(double x, double y, @Nullable String label, byte[] data) {}

  enum Colour {
    RED,
    GREEN
  }

  private static long size(Object object) {
    HeapSize size = ObjectGraph.measure(object);
    assertThat(size.whole()).isTrue();
    return size.bytes();
  }

  private static long jol(Object object) {
    return GraphLayout.parseInstance(object).totalSize();
  }

  static Stream<Object> values() {
    return Stream.of(
        "text",
        "\u4e2d\u6587",
        1_000,
        1_000L,
        1.5,
        'ä' + 0.5f,
        new byte[0],
        new byte[13],
        new long[3],
        new int[5],
        new boolean[9],
        new long[3][4],
        new Object[] {"a", null, new Object()},
        new Base(),
        new Middle(),
        new Leaf(),
        new Point(1, 2, "here", new byte[5]),
        UUID.randomUUID(),
        new BigInteger("123456789012345678901234567890"),
        new BigDecimal("12.50"),
        new BigDecimal("1234567890123456789012345.5"),
        Instant.EPOCH,
        Duration.ofSeconds(5),
        LocalDate.EPOCH,
        LocalDateTime.of(2020, 1, 2, 3, 4, 5),
        URI.create("http://user@host:80/path?query=1#part"),
        ByteBuffer.allocate(77),
        new BitSet(100),
        Optional.of("value"),
        new AtomicReference<>("value"),
        new AtomicLong(),
        Map.entry("key", "value"),
        new AbstractMap.SimpleEntry<>("key", "value"));
  }

  @ParameterizedTest(name = "{index}") // numbers keep the text that they are printed as
  @MethodSource("values")
  void findsTheSizeOfValues(Object value) {
    if (UnsafeFields.areReadable() || !(value instanceof BigDecimal)) {
      assertThat(size(value)).as(value.getClass().getName()).isEqualTo(jol(value));
    }
  }

  private static <C extends Collection<Object>> C fill(C elements, int size) {
    for (int i = 0; i < size; i++) {
      elements.add("element " + i);
    }
    return elements;
  }

  private static <M extends Map<Object, Object>> M fill(M entries, int size) {
    for (int i = 0; i < size; i++) {
      entries.put("key " + i, 1_000.5 + i);
    }
    return entries;
  }

  static Stream<Object> collections(int size) {
    List<Object> list = fill(new ArrayList<>(), size);
    Map<Object, Object> map = fill(new HashMap<>(), size);
    return Stream.of(
        fill(new ArrayList<>(), size),
        fill(new ArrayDeque<>(), size),
        fill(new PriorityQueue<>(), size),
        fill(new CopyOnWriteArrayList<>(), size),
        fill(new HashSet<>(), size),
        fill(new LinkedHashSet<>(), size),
        fill(new TreeSet<>(), size),
        fill(ConcurrentHashMap.newKeySet(), size),
        fill(new HashMap<>(), size),
        fill(new LinkedHashMap<>(), size),
        fill(new TreeMap<>(), size),
        fill(new ConcurrentHashMap<>(), size),
        fill(new IdentityHashMap<>(), size),
        List.copyOf(list),
        Set.copyOf(list),
        Map.copyOf(map),
        Arrays.asList(list.toArray()),
        Collections.unmodifiableList(list),
        Collections.unmodifiableSet(fill(new HashSet<>(), size)),
        Collections.unmodifiableMap(map),
        Collections.synchronizedMap(map));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 10, 11, 12, 13, 24, 25, 48, 400})
  void findsTheSizeOfCollectionsThatGrew(int size) {
    assertThat(collections(size)).allSatisfy(collection -> {
      long found = size(collection);
      assertThat(found)
          .as(collection.getClass().getName())
          .isBetween(jol(collection) - SHARED_MARKER, jol(collection));
    });
  }

  @Test
  void aBuilderCountsWithItsSpareRoom() {
    var text = new StringBuilder(1_000);
    text.append("abc").append(1);
    assertThat(size(text))
        .isBetween(jol(text), UnsafeFields.areReadable() ? jol(text) : 2 * jol(text));
  }

  @Test
  void whatEverybodySharesTakesNothing() {
    assertThat(Stream.of(
            Colour.RED,
            String.class,
            "",
            127,
            -128L,
            true,
            'a',
            List.of(),
            Map.of(),
            Collections.emptyList(),
            Optional.empty()))
        .allSatisfy(shared -> assertThat(size(shared)).isZero());
  }

  @Test
  void whatIsReferredToTwiceIsCountedOnce() {
    byte[] data = new byte[1_000];
    assertThat(size(List.of(data, data, data))).isLessThan(1_100);
  }

  @Test
  void manyThatAreReferredToTwiceAreCountedOnce() {
    List<Object> once = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      once.add(i % 2 == 0 ? "a text of some length " + i : new Base());
    }
    Object[] twice = Stream.concat(once.stream(), once.stream()).toArray();
    assertThat(size(twice)).isEqualTo(jol(twice));
  }

  @Test
  void circlesEnd() {
    var first = new Leaf();
    var second = new Leaf();
    first.next = second;
    second.next = first;
    assertThat(size(first)).isEqualTo(jol(first));
  }

  @Test
  void randomGraphsAreFoundInFull() {
    for (int seed = 0; seed < 200; seed++) {
      Object graph = graph(new Random(seed), 4);
      assertThat(size(graph)).as("seed %d", seed).isEqualTo(jol(graph));
    }
  }

  private static Object graph(Random random, int depth) {
    if (depth == 0) {
      return switch (random.nextInt(4)) {
        case 0 -> "text " + random.nextLong();
        case 1 -> random.nextDouble();
        case 2 -> new byte[random.nextInt(50)];
        default -> Instant.ofEpochSecond(random.nextInt());
      };
    }
    int size = 1 + random.nextInt(5);
    return switch (random.nextInt(5)) {
      case 0 -> new Point(1, 2, "p" + random.nextLong(), new byte[size]);
      case 1 -> {
        var leaf = new Leaf();
        leaf.other = graph(random, depth - 1);
        yield leaf;
      }
      case 2 -> new Object[] {graph(random, depth - 1), null, graph(random, depth - 1)};
      case 3 -> {
        List<Object> list = new ArrayList<>();
        for (int i = 0; i < size; i++) {
          list.add(graph(random, depth - 1));
        }
        yield list;
      }
      default -> {
        Map<Object, Object> map = random.nextBoolean() ? new LinkedHashMap<>() : new TreeMap<>();
        for (int i = 0; i < size; i++) {
          map.put("key " + random.nextLong(), graph(random, depth - 1));
        }
        yield map;
      }
    };
  }

  static Stream<Object> largeGraphs() {
    var random = new Random(3);
    List<Object> list = new ArrayList<>();
    Map<Object, Object> map = new HashMap<>();
    List<List<Object>> matrix = new ArrayList<>();
    for (int i = 0; i < 6_000; i++) {
      list.add(random.nextInt(5) == 0 ? new byte[random.nextInt(2_000)] : new Base());
      map.put("key " + i, "text".repeat(1 + random.nextInt(30)));
    }
    for (int i = 0; i < 150; i++) {
      matrix.add(fill(new ArrayList<>(), random.nextInt(400)));
    }
    return Stream.of(list, list.toArray(), map, new LinkedHashSet<>(list), matrix);
  }

  @ParameterizedTest(name = "{index}")
  @MethodSource("largeGraphs")
  void largeGraphsAreFoundInFull(Object graph) {
    assertThat(size(graph)).isBetween(jol(graph) - SHARED_MARKER, jol(graph));
  }

  private static Leaf chain(int length) {
    Leaf chain = new Leaf();
    for (int i = 1; i < length; i++) {
      var head = new Leaf();
      head.next = chain;
      chain = head;
    }
    return chain;
  }

  @Test
  void aLongChainIsFoundInFull() {
    Leaf chain = chain(100_000);
    assertThat(size(chain)).isEqualTo(jol(chain));
  }

  @Test
  void aWalkEndsAfterAMillionObjectsAndSaysSo() {
    HeapSize size = ObjectGraph.measure(chain(ObjectWalk.MOST_OBJECTS + 1));
    assertThat(size.missing()).contains("more than 1048576 objects");
  }

  @Test
  void aWalkEndsWhenItHasFoundMoreThanItWasAskedAbout() {
    var looks = new AtomicInteger();
    List<Object> million = Collections.unmodifiableList(new AbstractList<>() {
      @Override
      public Object get(int index) {
        looks.incrementAndGet();
        return new byte[1_000];
      }

      @Override
      public int size() {
        return 1_000_000;
      }
    });
    HeapSize size = NOTHING_READABLE.measure(million, 5_000_000);
    assertThat(size.bytes()).isBetween(5_000_001L, 5_002_000L);
    assertThat(size.whole()).isTrue();
    assertThat(looks).hasValueLessThan(5_000);
  }

  /** As on JVMs where the fields of the JDK's classes can't be read. */
  private static final Shapes NOTHING_READABLE = new Shapes(false);

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 10, 11, 12, 13, 24, 25, 48, 400})
  void collectionsThatGrewAreFoundInFullWhereTheirFieldsCannotBeRead(int size) {
    assertThat(collections(size)).allSatisfy(collection -> {
      HeapSize found = NOTHING_READABLE.measure(collection, Long.MAX_VALUE);
      assertThat(found.whole()).isTrue();
      assertThat(found.bytes())
          .as(collection.getClass().getName())
          .isBetween(jol(collection) - SHARED_MARKER, jol(collection));
    });
  }

  @ParameterizedTest(name = "{index}")
  @MethodSource("values")
  void valuesAreNotUnderratedWhereTheirFieldsCannotBeRead(Object value) {
    HeapSize found = NOTHING_READABLE.measure(value, Long.MAX_VALUE);
    assertThat(found.bytes()).as(value.getClass().getName()).isGreaterThanOrEqualTo(jol(value));
    assertThat(found.whole()).isTrue();
  }

  static Stream<Object> holders() {
    List<Object> list = fill(new ArrayList<>(), 500);
    var map = new TreeMap<Object, Object>(fill(new HashMap<>(), 500));
    return Stream.of(
        list.subList(0, 1),
        List.copyOf(list).subList(0, 1),
        list.iterator(),
        map.keySet(),
        map.values(),
        map.headMap("key 1"),
        map.entrySet().iterator().next(),
        new HashMap<>(map).entrySet().iterator().next(),
        ByteBuffer.allocate(5_000).slice(0, 1).asReadOnlyBuffer(),
        CompletableFuture.completedFuture(list),
        Pattern.compile("a+"),
        new ArrayList<>(list) {});
  }

  @ParameterizedTest(name = "{index}")
  @MethodSource("holders")
  void whatHoldsMoreThanItShowsIsFoundInFullOrMissing(Object holder) {
    HeapSize found = ObjectGraph.measure(holder);
    if (UnsafeFields.areReadable()) {
      assertThat(found.missing()).isNull();
      assertThat(found.bytes()).isCloseTo(jol(holder), Percentage.withPercentage(1));
    }
    HeapSize without = NOTHING_READABLE.measure(holder, Long.MAX_VALUE);
    assertThat(without.missing()).as(holder.getClass().getName()).isNotNull();
  }

  @Test
  void whatBelongsToTheRunningApplicationTakesNothing() {
    assertThat(Stream.of(
            Thread.currentThread(),
            ObjectGraphTest.class.getClassLoader(),
            ClassLoader.getPlatformClassLoader(),
            UTF_8))
        .allSatisfy(shared -> assertThat(size(shared)).isZero());
  }

  @Test
  void whatMayHoldAnythingIsMissing() throws Exception {
    try (var loader = new URLClassLoader(new URL[0])) {
      assertThat(Stream.of(
              new Thread(() -> {}),
              loader,
              MethodHandles.constant(Object.class, "value"),
              new Object[] {List.of(new Thread(() -> {}))}))
          .allSatisfy(holder -> assertThat(ObjectGraph.measure(holder).whole()).isFalse());
    }
  }

  @Test
  void aSoftReferenceKeepsItsObjectAndAWeakOneDoesNot() {
    byte[] large = new byte[10_000];
    assertThat(size(new SoftReference<>(large))).isGreaterThan(10_000);
    assertThat(size(new WeakReference<>(large))).isLessThan(100);
  }

  @Test
  void aDirectBufferCountsWithItsMemory() {
    assertThat(size(ByteBuffer.allocateDirect(10_000))).isBetween(10_000L, 10_400L);
    assertThat(size(ByteBuffer.allocateDirect(10_000).asLongBuffer())).isBetween(10_000L, 10_400L);
  }

  @Test
  void copiesOfOneElementAreNotIterated() {
    assertThat(size(Collections.nCopies(Integer.MAX_VALUE, new byte[100]))).isLessThan(300);
  }

  @Test
  @SuppressWarnings({"removal", "StringOperationCanBeSimplified", "BoxedPrimitiveConstructor"})
  void onlyTheSharedBoxesAndTheSharedEmptyTextTakeNothing() {
    assertThat(size(new Integer(5))).isPositive();
    assertThat(size(new Boolean(true))).isPositive();
    assertThat(size(new String(""))).isPositive();
  }

  @Test
  void userCodeThatFailsIsMissingNotThrown() {
    Collection<Object> failing = Collections.unmodifiableCollection(new HashSet<>() {
      @Override
      public Iterator<Object> iterator() {
        throw new IllegalStateException("no");
      }

      @Override
      public java.util.Spliterator<Object> spliterator() {
        throw new StackOverflowError();
      }

      @Override
      public int size() {
        return 5;
      }
    });
    HeapSize size = NOTHING_READABLE.measure(List.of("text", failing), Long.MAX_VALUE);
    assertThat(size.missing()).contains("StackOverflowError");
  }

  @Test
  void theCodeOfUserCollectionsIsNotCalled() {
    var called = new AtomicInteger();
    var list = new AbstractList<Object>() {
      private final Object[] elements = {"one", "two"};

      @Override
      public Object get(int index) {
        called.incrementAndGet();
        return elements[index];
      }

      @Override
      public int size() {
        called.incrementAndGet();
        return elements.length;
      }
    };
    assertThat(ObjectGraph.measure(list).bytes()).isGreaterThan(100);
    assertThat(called).hasValue(0);
  }

  /** Wrapped by the JDK, it is iterated; whatever that throws. */
  private static final class Broken extends AbstractList<Object> {
    @Override
    public Object get(int index) {
      throw new AssertionError("get");
    }

    @Override
    public int size() {
      return 3;
    }
  }

  @Test
  void anErrorOfUserCodeIsMissingNotThrown() {
    HeapSize size = NOTHING_READABLE.measure(
        List.of("text", Collections.unmodifiableList(new Broken())), Long.MAX_VALUE);
    assertThat(size.whole()).isFalse();
    assertThat(size.bytes()).isPositive();
  }

  /** What must not be called. */
  private static final class Untouchable {
    final Object part = new byte[1_000];

    @Override
    public boolean equals(@Nullable Object other) {
      throw new AssertionError("equals");
    }

    @Override
    public int hashCode() {
      throw new AssertionError("hashCode");
    }

    @Override
    public String toString() {
      throw new AssertionError("toString");
    }
  }

  @Test
  void neitherEqualsNorHashCodeNorToStringIsCalled() {
    var first = new Untouchable();
    long part = ObjectGraph.measure(first.part).bytes();
    List<Object> parts =
        List.of(first, List.of(new Untouchable(), new ArrayList<>(List.of(new Untouchable()))));
    HeapSize size = ObjectGraph.measure(parts);
    assertThat(size.whole()).isTrue();
    assertThat(size.bytes()).isGreaterThan(3 * part);
  }

  public static final class Missing {}

  public static final class Incomplete {
    @Nullable
    public Missing missing;
  }

  @Test
  void aClassWhoseFieldsHaveMissingClassesIsGuessedNotThrown() throws Exception {
    String name = Incomplete.class.getName();
    byte[] bytes;
    try (var in = Incomplete.class.getResourceAsStream("/" + name.replace('.', '/') + ".class")) {
      assertThat(in).isNotNull();
      bytes = in.readAllBytes();
    }
    ClassLoader undeployed = new ClassLoader(null) {
      @Override
      protected Class<?> findClass(String wanted) throws ClassNotFoundException {
        if (!wanted.equals(name)) {
          throw new ClassNotFoundException(wanted);
        }
        return defineClass(wanted, bytes, 0, bytes.length);
      }
    };
    Object incomplete = undeployed.loadClass(name).getConstructor().newInstance();
    HeapSize size = ObjectGraph.measure(incomplete);
    assertThat(size.whole()).isFalse();
    assertThat(size.bytes()).isPositive();
    assertThat(ObjectGraph.measure(List.of("text", incomplete)).bytes())
        .isGreaterThan(size.bytes());
  }
}
