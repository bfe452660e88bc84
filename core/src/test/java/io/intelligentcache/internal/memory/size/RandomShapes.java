package io.intelligentcache.internal.memory.size;

import java.io.ByteArrayOutputStream;
import java.io.StringReader;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Hashtable;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Properties;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.Vector;
import java.util.WeakHashMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Makes up shapes of values: what there is of leaves, of containers around them, and of ways to hold
 * a part of one and keep the whole, one in the other.
 */
@SuppressWarnings({ // what others would not write is what is to be measured
  "JdkObsolete",
  "NonApiType",
  "FutureReturnValueIgnored",
  "UnnecessaryStringBuilder",
  "DuplicateBranches"
})
public final class RandomShapes {
  /** Makes values of one shape. */
  public record Shape(String name, Function<Random, Object> make) {}

  private record Around(String name, BiFunction<Random, Function<Random, Object>, Object> make) {}

  private static final int DEEPEST = 3;

  /** What every value of a shape may refer to. */
  private static final byte[] OF_ALL = new byte[50_000];

  private RandomShapes() {}

  /** {@return whether this JVM lets the fields of the JDK's classes be read} */
  public static boolean areMeasurable() {
    return UnsafeFields.areReadable();
  }

  /** {@return a shape, always the same for a seed} */
  public static Shape of(long seed) {
    var random = new Random(seed);
    int depth = 1 + random.nextInt(DEEPEST);
    Shape shape = one(LEAVES, random);
    for (int i = 0; i < depth; i++) {
      Shape inner = shape;
      Around around = one(CONTAINERS, random);
      shape = new Shape(
          around.name() + " of " + inner.name(),
          values -> around.make().apply(values, inner.make()));
    }
    return shape;
  }

  /** {@return one shape for each leaf and each container, the latter of strings} */
  public static List<Shape> each() {
    List<Shape> each = new ArrayList<>(LEAVES);
    for (Around around : CONTAINERS) {
      each.add(new Shape(
          around.name(), random -> around.make().apply(random, values -> latin(values, 30))));
    }
    return each;
  }

  private static <T> T one(List<T> all, Random random) {
    return all.get(random.nextInt(all.size()));
  }

  record Point(int x, @Nullable Object label, double y) {}

  @SuppressWarnings("UnusedVariable")
  static class Bean {
    private int number = 5;
    private @Nullable Object part;
    protected boolean flag;
  }

  @SuppressWarnings("UnusedVariable")
  static final class Link extends Bean {
    private @Nullable Link next;
    private @Nullable Object load;
  }

  /** Has an inner class that refers to it. */
  @SuppressWarnings({"UnusedVariable", "ClassCanBeStatic"})
  static final class Outer {
    final byte[] large = new byte[30_000];

    final class Inner {
      int number = large.length;
    }
  }

  enum Colour {
    RED,
    GREEN,
    BLUE
  }

  /** A key like many others. */
  record Clash(int id) {
    @Override
    public int hashCode() {
      return 1;
    }
  }

  private static Shape leaf(String name, Function<Random, Object> make) {
    return new Shape(name, make);
  }

  private static String latin(Random random, int most) {
    return "x".repeat(random.nextInt(most)) + random.nextInt();
  }

  private static final List<Shape> LEAVES = List.of(
      leaf("text", random -> latin(random, 200)),
      leaf("wide text", random -> "\u4e2d".repeat(random.nextInt(100)) + random.nextInt()),
      leaf("long text", random -> latin(random, 20_000)),
      leaf("bytes", random -> new byte[random.nextInt(2_000)]),
      leaf("longs", random -> new long[random.nextInt(100)]),
      leaf("Integer", Random::nextInt),
      leaf("small Integer", random -> random.nextInt(100)),
      leaf("Double", Random::nextDouble),
      leaf("BigInteger", random -> new BigInteger(random.nextInt(2_000), random)),
      leaf("BigDecimal", random -> {
        var number = new BigDecimal(new BigInteger(random.nextInt(300), random), 3);
        return number.toString().isEmpty() ? number : number; // which keeps its text
      }),
      leaf("Instant", random -> Instant.ofEpochSecond(random.nextInt())),
      leaf(
          "ZonedDateTime",
          random -> ZonedDateTime.of(
              LocalDateTime.of(2020, 1, 1, random.nextInt(20), 0), ZoneId.of("Europe/Berlin"))),
      leaf("UUID", random -> new UUID(random.nextLong(), random.nextLong())),
      leaf("enum", random -> Colour.values()[random.nextInt(3)]),
      leaf("StringBuilder", random -> new StringBuilder(random.nextInt(20_000)).append("abc")),
      leaf("StringBuffer", random -> {
        var text = new StringBuffer(100).append('\u4e2d');
        text.setLength(0);
        text.append("x".repeat(random.nextInt(1_000)));
        return text;
      }),
      leaf("BitSet", random -> {
        var bits = new BitSet();
        bits.set(random.nextInt(20_000));
        return bits;
      }),
      leaf("Pattern", random -> Pattern.compile("(a|b)*[c-f]{3}" + random.nextInt())),
      leaf("Matcher", random -> Pattern.compile("a+").matcher("b".repeat(random.nextInt(1_000)))),
      leaf("URI", random -> URI.create("http://host/" + random.nextInt() + "?q=1")),
      leaf("Locale", random -> Locale.forLanguageTag("x-priv-a" + random.nextInt(10_000))),
      leaf("buffer", random -> ByteBuffer.allocate(random.nextInt(5_000))),
      leaf("slice", random -> ByteBuffer.allocate(5_000).slice(10, 20)),
      leaf(
          "read-only slice", random -> ByteBuffer.allocate(5_000).slice(10, 20).asReadOnlyBuffer()),
      leaf(
          "chars of a buffer",
          random -> ByteBuffer.allocate(5_000).slice(10, 20).asCharBuffer()),
      leaf("direct buffer", random -> ByteBuffer.allocateDirect(random.nextInt(5_000))),
      leaf("Throwable", random -> new IllegalStateException("no " + random.nextInt())),
      leaf("printed Throwable", random -> {
        var failure = new IllegalStateException("no", new RuntimeException("cause"));
        failure.addSuppressed(new RuntimeException("other"));
        return failure.getStackTrace().length == 0 ? "none" : failure;
      }),
      leaf("class", random -> String.class),
      leaf("own Integer box", random -> new Own(random.nextInt())),
      leaf("empty text of its own", random -> new String(new char[0])),
      leaf("StringReader", random -> new StringReader(latin(random, 500))),
      leaf("stream of bytes", random -> {
        var out = new ByteArrayOutputStream(random.nextInt(10_000));
        out.write(1);
        return out;
      }),
      leaf("Random", random -> new Random(random.nextLong())),
      leaf("reference to what all share", random -> new Bean[] {bean(OF_ALL)}),
      leaf("empty list with room", random -> new ArrayList<>(random.nextInt(5_000))),
      leaf("cleared map", random -> {
        Map<Object, Object> map = new HashMap<>();
        for (int i = 0; i < 2_000; i++) {
          map.put(i, i);
        }
        map.clear();
        return map;
      }),
      leaf("inner class", random -> new Outer().new Inner()));

  /** Reads as a box, and is none. */
  private static final class Own extends Number {
    private static final long serialVersionUID = 1;
    private final int value;

    Own(int value) {
      this.value = value;
    }

    @Override
    public int intValue() {
      return value;
    }

    @Override
    public long longValue() {
      return value;
    }

    @Override
    public float floatValue() {
      return value;
    }

    @Override
    public double doubleValue() {
      return value;
    }
  }

  private static Bean bean(@Nullable Object part) {
    var bean = new Bean();
    bean.part = part;
    return bean;
  }

  private static Around around(
      String name, BiFunction<Random, Function<Random, Object>, Object> make) {
    return new Around(name, make);
  }

  /** A container that takes elements one by one. */
  private static Around filled(String name, Supplier<? extends Collection<Object>> empty) {
    return around(name, (random, element) -> fill(empty.get(), random, element));
  }

  private static <C extends Collection<Object>> C fill(
      C elements, Random random, Function<Random, Object> element) {
    for (int i = random.nextInt(20); i >= 0; i--) {
      elements.add(element.apply(random));
    }
    return elements;
  }

  /** A map with texts as keys. */
  private static Around mapped(String name, Supplier<? extends Map<Object, Object>> empty) {
    return around(name, (random, element) -> map(empty.get(), random, element));
  }

  private static <M extends Map<Object, Object>> M map(
      M map, Random random, Function<Random, Object> element) {
    for (int i = random.nextInt(20); i >= 0; i--) {
      map.put("key " + i + random.nextInt(), element.apply(random));
    }
    return map;
  }

  private static List<Object> list(Random random, Function<Random, Object> element) {
    return fill(new ArrayList<>(), random, element);
  }

  private static List<Object> many(Random random, Function<Random, Object> element) {
    List<Object> list = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      list.add(element.apply(random));
    }
    return list;
  }

  private static TreeMap<Object, Object> tree(Random random, Function<Random, Object> element) {
    return map(new TreeMap<>(), random, element);
  }

  private static final List<Around> CONTAINERS = List.of(
      filled("ArrayList", ArrayList::new),
      filled("ArrayList with room", () -> new ArrayList<>(3_000)),
      filled("LinkedList", LinkedList::new),
      filled("Vector", Vector::new),
      filled("ArrayDeque", ArrayDeque::new),
      filled("ArrayDeque with room", () -> new ArrayDeque<>(3_000)),
      filled(
          "PriorityQueue by text",
          () -> new PriorityQueue<>(2_000, Comparator.comparing(String::valueOf))),
      filled("HashSet", HashSet::new),
      filled("HashSet with room", () -> new HashSet<>(3_000)),
      filled("LinkedHashSet", LinkedHashSet::new),
      filled("set of a ConcurrentHashMap", ConcurrentHashMap::newKeySet),
      filled("CopyOnWriteArrayList", CopyOnWriteArrayList::new),
      filled("ConcurrentLinkedQueue", ConcurrentLinkedQueue::new),
      filled("LinkedBlockingQueue", LinkedBlockingQueue::new),
      filled("identity set", () -> Collections.newSetFromMap(new IdentityHashMap<>())),
      filled("checked list", () -> Collections.checkedList(new ArrayList<>(1_000), Object.class)),
      filled("anonymous ArrayList", () -> new ArrayList<>(1_000) {}),
      around(
          "TreeSet by text",
          (random, element) ->
              fill(new TreeSet<>(Comparator.comparing(String::valueOf)), random, element)),
      around("first of a TreeSet", (random, element) -> {
        var set = new TreeSet<>(Comparator.comparing(String::valueOf));
        set.addAll(many(random, element));
        return set.headSet(set.first(), true);
      }),
      mapped("HashMap", HashMap::new),
      mapped("HashMap with room", () -> new HashMap<>(3_000)),
      mapped("LinkedHashMap", LinkedHashMap::new),
      mapped("TreeMap", TreeMap::new),
      mapped("Hashtable", Hashtable::new),
      mapped("Properties", Properties::new),
      mapped("ConcurrentHashMap", ConcurrentHashMap::new),
      mapped("ConcurrentHashMap with room", () -> new ConcurrentHashMap<>(3_000)),
      mapped("ConcurrentSkipListMap", ConcurrentSkipListMap::new),
      mapped("IdentityHashMap", IdentityHashMap::new),
      mapped("WeakHashMap", WeakHashMap::new),
      mapped("synchronized map", () -> Collections.synchronizedMap(new HashMap<>(500))),
      around("EnumMap", (random, element) -> {
        var map = new EnumMap<Colour, Object>(Colour.class);
        map.put(Colour.GREEN, element.apply(random));
        return map;
      }),
      around("map of keys that clash", (random, element) -> {
        Map<Object, Object> map = new HashMap<>();
        for (int i = 0; i < 100; i++) {
          map.put(new Clash(i), element.apply(random));
        }
        return map;
      }),
      around("concurrent map of keys that clash", (random, element) -> {
        Map<Object, Object> map = new ConcurrentHashMap<>();
        for (int i = 0; i < 100; i++) {
          map.put(new Clash(i), element.apply(random));
        }
        return map;
      }),
      around("subList", (random, element) -> many(random, element).subList(0, 1)),
      around(
          "subList of a list that can't change",
          (random, element) -> List.copyOf(many(random, element)).subList(1, 3)),
      around(
          "subList in a wrapper",
          (random, element) ->
              Collections.unmodifiableList(many(random, element).subList(0, 1))),
      around(
          "subList of a subList",
          (random, element) -> many(random, element).subList(0, 9).subList(0, 1)),
      around(
          "keySet", (random, element) -> map(new HashMap<>(), random, element).keySet()),
      around(
          "values", (random, element) -> map(new HashMap<>(), random, element).values()),
      around(
          "entrySet", (random, element) -> map(new HashMap<>(), random, element).entrySet()),
      around(
          "keySet of a ConcurrentHashMap",
          (random, element) -> map(new ConcurrentHashMap<>(), random, element).keySet()),
      around(
          "keySet in a wrapper",
          (random, element) ->
              Collections.unmodifiableSet(map(new HashMap<>(), random, element).keySet())),
      around("headMap", (random, element) -> tree(random, element).headMap("key 1")),
      around("descendingMap", (random, element) -> tree(random, element).descendingMap()),
      around("navigableKeySet", (random, element) -> tree(random, element).navigableKeySet()),
      around(
          "entry of a TreeMap",
          (random, element) -> tree(random, element).entrySet().iterator().next()),
      around(
          "entry of a HashMap",
          (random, element) ->
              map(new HashMap<>(), random, element).entrySet().iterator().next()),
      around("map whose views were used", (random, element) -> {
        Map<Object, Object> map = map(new HashMap<>(), random, element);
        return map.keySet().size() + map.values().size() + map.entrySet().size() < 0 ? "" : map;
      }),
      around("iterator", (random, element) -> many(random, element).iterator()),
      around("spliterator", (random, element) -> many(random, element).spliterator()),
      around("stream", (random, element) -> many(random, element).stream().map(Object::hashCode)),
      around(
          "unmodifiable list",
          (random, element) -> Collections.unmodifiableList(list(random, element))),
      around(
          "unmodifiable map",
          (random, element) ->
              Collections.unmodifiableMap(map(new LinkedHashMap<>(), random, element))),
      around("List.of", (random, element) -> List.of(element.apply(random), "b")),
      around("List.copyOf", (random, element) -> List.copyOf(list(random, element))),
      around("Set.of", (random, element) -> Set.of(element.apply(random))),
      around("Map.of", (random, element) -> Map.of("k", element.apply(random), "l", "m")),
      around("toList", (random, element) -> list(random, element).stream().toList()),
      around(
          "grouped",
          (random, element) ->
              list(random, element).stream().collect(Collectors.groupingBy(Object::hashCode))),
      around("nCopies", (random, element) -> Collections.nCopies(1_000_000, element.apply(random))),
      around("asList", (random, element) -> Arrays.asList(list(random, element).toArray())),
      around("array", (random, element) -> list(random, element).toArray()),
      around("array with a long row", (random, element) -> {
        Object[][] rows = new Object[50][];
        Arrays.setAll(rows, i -> new Object[] {i});
        rows[random.nextInt(50)] = many(random, element).toArray();
        return rows;
      }),
      around("large element among small", (random, element) -> {
        Object[] elements = new Object[2_000];
        Arrays.setAll(elements, i -> i);
        elements[random.nextInt(2_000)] = many(random, element);
        return Arrays.asList(elements);
      }),
      around("large value among small", (random, element) -> {
        Map<Object, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < 1_500; i++) {
          map.put(i, i);
        }
        map.put(random.nextInt(1_500), new Object[] {new byte[50_000], element.apply(random)});
        return map;
      }),
      around("chain", (random, element) -> {
        Link first = null;
        for (int i = random.nextInt(3_000); i >= 0; i--) {
          var link = new Link();
          link.next = first;
          first = link;
        }
        var last = new Link();
        last.load = element.apply(random);
        last.next = first;
        return last;
      }),
      around("deep lists", (random, element) -> {
        Object inner = element.apply(random);
        for (int i = random.nextInt(500); i >= 0; i--) {
          inner = i % 2 == 0 ? new ArrayList<>(List.of(inner)) : Collections.singletonList(inner);
        }
        return inner;
      }),
      around("circle", (random, element) -> {
        List<Object> circle = list(random, element);
        circle.add(circle.iterator());
        circle.add(new Object[] {circle});
        return circle;
      }),
      around("one many times", (random, element) -> {
        Object one = element.apply(random);
        return new Object[] {one, bean(one), List.of(one), Optional.of(one)};
      }),
      around("record", (random, element) -> new Point(1, element.apply(random), 2)),
      around("bean", (random, element) -> bean(element.apply(random))),
      around("lambda", (random, element) -> {
        Object held = element.apply(random);
        Supplier<Object> lambda = () -> held;
        return lambda;
      }),
      around("composed function", (random, element) -> {
        Object held = element.apply(random);
        Function<Object, Object> first = any -> held;
        return first.andThen(Object::toString);
      }),
      around("Optional", (random, element) -> Optional.of(element.apply(random))),
      around("AtomicReference", (random, element) -> new AtomicReference<>(element.apply(random))),
      around(
          "AtomicReferenceArray",
          (random, element) -> new AtomicReferenceArray<>(list(random, element).toArray())),
      around(
          "SoftReference",
          (random, element) -> new java.lang.ref.SoftReference<>(element.apply(random))),
      around(
          "WeakReference",
          (random, element) -> new java.lang.ref.WeakReference<>(element.apply(random))),
      around(
          "future", (random, element) -> CompletableFuture.completedFuture(element.apply(random))),
      around("future with a step", (random, element) -> {
        Object held = element.apply(random);
        var open = new CompletableFuture<Object>();
        CompletableFuture<Object> step = open.thenApplyAsync(any -> held);
        return random.nextBoolean() ? open : List.of(open, step);
      }),
      around("future with a timeout", (random, element) -> {
        var future = CompletableFuture.completedFuture(element.apply(random));
        return future.orTimeout(1, TimeUnit.HOURS);
      }),
      around("task", (random, element) -> {
        Object held = element.apply(random);
        return new FutureTask<>(() -> held);
      }),
      around("thread that was not started", (random, element) -> {
        Object held = element.apply(random);
        return new Thread(new FutureTask<>(() -> held));
      }),
      around(
          "synchronized list",
          (random, element) -> Collections.synchronizedList(list(random, element))));
}
