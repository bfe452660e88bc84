package io.intelligentcache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.codec.Codec;
import io.intelligentcache.codec.CodecException;
import io.intelligentcache.codec.Codecs;
import io.intelligentcache.codec.KeyCodecs;
import io.intelligentcache.codec.TypeRef;
import io.intelligentcache.internal.tier.ForwardingTier;
import io.intelligentcache.tier.FakeTime;
import io.intelligentcache.tier.HeapTier;
import io.intelligentcache.tier.Space;
import io.intelligentcache.tier.TierKey;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** What leaves memory comes back as it was, or does not leave: values of a class that can't are refused. */
final class ValuesSurviveTest {
  private final FakeTime time = new FakeTime();
  private final HeapTier disk = new HeapTier(time);
  private final HeapTier redis = new HeapTier(time);

  static class Person {
    String name = "Ann";
  }

  static class Admin extends Person {
    String right = "root";

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Admin that && name.equals(that.name) && right.equals(that.right);
    }

    @Override
    public int hashCode() {
      return name.hashCode();
    }
  }

  private TieredCacheManager.Builder builder(long bytes) {
    return TieredCacheManager.builder()
        .memory(Memory.ofBytes(bytes))
        .multiTenant(true)
        .time(time);
  }

  private TieredCacheManager withDisk(long bytes) {
    return builder(bytes).disk(context -> new Outliving(disk)).build();
  }

  private TieredCacheManager withRedis() {
    return builder(1_000_000).redis(context -> new Outliving(redis)).build();
  }

  private static final class Outliving extends ForwardingTier {
    Outliving(HeapTier tier) {
      super(tier);
    }

    @Override
    public void close() {}
  }

  private static TierKey below(String cache, String key) {
    return new TierKey(new Space(cache, ""), key.getBytes(UTF_8));
  }

  /** A codec of two functions that counts what it writes. */
  private static final class Made<V> implements Codec<V> {
    final AtomicInteger written = new AtomicInteger();
    private final Function<V, String> write;
    private final Function<String, V> read;

    Made(Function<V, String> write, Function<String, V> read) {
      this.write = write;
      this.read = read;
    }

    @Override
    public String id() {
      return "made/1";
    }

    @Override
    public byte[] encode(V value) {
      written.incrementAndGet();
      return write.apply(value).getBytes(UTF_8);
    }

    @Override
    public V decode(byte[] bytes) {
      return read.apply(new String(bytes, UTF_8));
    }
  }

  private static Made<Person> forgettingRights() {
    return new Made<>(person -> person.name, name -> {
      var admin = new Admin();
      admin.right = "";
      admin.name = name;
      return admin;
    });
  }

  private static CacheSpec<String, Person> people(Codec<Person> codec) {
    return CacheSpec.of(String.class, Person.class).codec(codec);
  }

  @Test
  void aTypeThatCantComeBackIsRefusedByRedisAndKeptFromDisk() {
    var types = List.of(
        new TypeRef<Object>() {}, new TypeRef<Map<String, Object>>() {}, new TypeRef<List<?>>() {});
    for (TypeRef<?> type : types) {
      try (var manager = withRedis()) {
        assertThatThrownBy(() -> manager.cache("c", String.class, type))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContainingAll("Object", "CacheSpec.codec", "memoryOnly()");
      }
      String log = Logged.during(() -> {
        try (var manager = withDisk(1_000)) {
          assertThat(manager.cache("c", String.class, type).get("k")).isNull();
        }
      });
      assertThat(log).contains("cache c", "Object", "CacheSpec.codec", "memoryOnly()");
      try (var manager = builder(1_000).build()) {
        assertThat(manager.cache("c", String.class, type).get("k")).isNull();
      }
    }
  }

  @Test
  void whatIsKeptFromDiskIsInMemoryAllTheSame() {
    try (var manager = withDisk(1_000_000)) {
      TieredCache<String, Object> things = manager.cache("c", String.class, Object.class);
      things.put("k", new Person());
      assertThat(things.get("k")).isInstanceOf(Person.class);
      manager.resizeMemory(1);
      assertThat(things.get("k")).isNull();
      assertThat(disk.writes()).isZero();
    }
  }

  @Test
  void aCodecThatWasChosenForATypeItCantDoIsRefused() {
    try (var manager = withDisk(1_000)) {
      var spec = CacheSpec.of(String.class, Object.class).codec(Codecs.json(Object.class));
      assertThatThrownBy(() -> manager.cache("c", spec))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("Object");
    }
  }

  @Test
  void aSubclassThatTheTypeDoesNotKnowIsRefusedAndNotCut() {
    try (var manager = withRedis()) {
      TieredCache<String, Person> people = manager.cache("p", String.class, Person.class);
      assertThatThrownBy(() -> people.put("k", new Admin()))
          .isInstanceOf(CodecException.class)
          .hasMessageContainingAll("Admin", "Person", "subtypes");
      assertThat(people.get("k")).isNull();
      people.put("k", new Person());
      assertThat(people.get("k")).isNotNull();
    }
  }

  @Test
  void aCodecThatLosesSomethingIsFoundOutByTheFirstValueOfEachClass() {
    var codec = forgettingRights();
    try (var manager = withRedis()) {
      TieredCache<String, Person> people = manager.cache("p", people(codec));
      int written = 0;
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(() -> people.put("k", new Admin()))
            .isInstanceOf(CodecException.class)
            .hasMessageContainingAll("Admin", "right", "made/1", "memoryOnly()");
        written = i == 0 ? codec.written.get() : written;
      }
      assertThat(codec.written).as("a refused class is not written again").hasValue(written);
      assertThat(people.get("k")).isNull();
      assertThat(redis.stored(below("p", "k"))).isNull();
      assertThat(people.get("k", key -> new Admin())).isInstanceOf(Admin.class);
      assertThat(redis.stored(below("p", "k"))).isNull();
      assertThat(people.stats().unwritable()).isEqualTo(1);
    }
  }

  @Test
  void whereOnlyADiskIsBelowTheValueStaysInMemoryAndThatIsSaidAtOnce() {
    for (Codec<Person> codec : List.of(Codecs.json(Person.class), forgettingRights())) {
      try (var manager = withDisk(1_000_000)) {
        TieredCache<String, Person> people = manager.cache("p", people(codec));
        String log = Logged.during(() -> {
          for (int i = 0; i < 5; i++) {
            people.put("k" + i, new Admin());
            assertThat(people.get("k" + i)).isEqualTo(new Admin());
          }
        });
        assertThat(log)
            .containsOnlyOnce("WARN")
            .contains("Admin")
            .containsAnyOf("subtypes(...)", "memoryOnly()");
        assertThat(Logged.during(() -> manager.resizeMemory(1))).isEmpty();
        assertThat(people.get("k1")).isNull();
        assertThat(people.stats().unwritable()).isEqualTo(5);
        assertThat(disk.writes()).isZero();
      }
    }
  }

  @Test
  void ofAValueThatIsLoadedItIsSaidAtOnceToo() {
    try (var manager = withDisk(1_000_000)) {
      TieredCache<String, Person> people = manager.cache("p", String.class, Person.class);
      var loaded = new Admin();
      assertThat(Logged.during(() -> assertThat(people.get("k", key -> loaded)).isSameAs(loaded)))
          .containsOnlyOnce("WARN")
          .contains("Admin");
      assertThat(people.get("k")).as("memory can have it").isSameAs(loaded);
    }
  }

  @Test
  void aValueThatCantGoToDiskLeavesNoFormerOneThere() {
    try (var manager = withDisk(1_000_000)) {
      TieredCache<String, Person> people = manager.cache("p", String.class, Person.class);
      people.put("k", new Person());
      manager.resizeMemory(1);
      assertThat(people.get("k")).isNotNull();
      manager.resizeMemory(1_000_000);
      people.put("k", new Admin());
      manager.resizeMemory(1);
      assertThat(people.get("k")).isNull();
    }
  }

  @Test
  void aCodecThatFailsForAMomentIsUsedAgain() {
    AtomicInteger reads = new AtomicInteger();
    @SuppressWarnings("NullAway") // a codec that breaks its contract
    Codec<String> codec = new Made<>(text -> text, text -> switch (reads.incrementAndGet()) {
      case 1 -> throw new IllegalStateException("not now");
      case 2 -> null;
      default -> text;
    });
    try (var manager = withRedis()) {
      TieredCache<String, String> texts =
          manager.cache("t", CacheSpec.of(String.class, String.class).codec(codec));
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(() -> texts.put("k", "v")).isInstanceOf(CodecException.class);
      }
      texts.put("k", "v");
      assertThat(redis.stored(below("t", "k"))).isNotNull();
      assertThat(reads).as("the third has been checked").hasValue(3);
    }
  }

  @Test
  void aCodecThatReadsNothingBackIsFoundOut() {
    List<Function<String, @Nullable Person>> readers = List.of(
        text -> null,
        text -> {
          throw new IllegalStateException("no way back");
        },
        text -> {
          throw new NoClassDefFoundError("no way back");
        },
        text -> new Person());
    for (Function<String, @Nullable Person> reader : readers) {
      try (var manager = withRedis()) {
        @SuppressWarnings("NullAway") // a codec that breaks its contract
        Codec<Person> codec = new Made<>(person -> person.name, reader);
        TieredCache<String, Person> people = manager.cache("p", people(codec));
        assertThatThrownBy(() -> people.put("k", new Admin()))
            .isInstanceOf(CodecException.class)
            .hasMessageContaining("Admin");
        assertThat(redis.stored(below("p", "k"))).isNull();
      }
    }
  }

  @Test
  void aValueThatCantBeComparedIsRefusedWhateverItsEqualsThrows() {
    class Unequal extends Person {
      @Override
      public boolean equals(@Nullable Object other) {
        throw new Unprintable();
      }

      @Override
      public int hashCode() {
        return 1;
      }
    }
    try (var manager = withRedis()) {
      TieredCache<String, Person> people =
          manager.cache("p", people(new Made<>(one -> one.name, text -> new Unequal())));
      assertThatThrownBy(() -> people.put("k", new Unequal()))
          .isInstanceOf(CodecException.class)
          .hasMessageContainingAll("Unequal", "Unprintable");
      assertThat(redis.stored(below("p", "k"))).isNull();
    }
  }

  @Test
  void aLossThatShowsLaterRefusesTheClassAndWhatWasStoredOfIt() {
    Codec<String> shortOnly =
        new Made<>(text -> text.substring(0, Math.min(8, text.length())), text -> text);
    try (var manager = withRedis()) {
      TieredCache<Integer, String> texts =
          manager.cache("t", CacheSpec.of(Integer.class, String.class).codec(shortOnly));
      for (int i = 1; i < 300; i++) {
        texts.put(i, "short");
      }
      int lost = 0;
      for (int i = 300; i < 556 && lost == 0; i++) {
        try {
          texts.put(i, "longer than eight");
        } catch (CodecException found) {
          lost = i;
        }
      }
      assertThat(lost).as("at the latest the 256th value after the last check").isPositive();
      assertThatThrownBy(() -> texts.put(1, "short")).isInstanceOf(CodecException.class);
      manager.resizeMemory(1);
      assertThat(texts.get(300)).as("was cut, and is not read any more").isNull();
    }
  }

  @Test
  void aValueThatAnotherThreadChangesMeanwhileDoesNotCondemnItsClass() {
    var person = new Admin();
    Codec<Person> codec = new Made<>(one -> one.name, name -> {
      var read = new Admin();
      read.name = name;
      person.name = "Bob"; // by another thread, say
      return read;
    });
    try (var manager = withRedis()) {
      TieredCache<String, Person> people = manager.cache("p", people(codec));
      assertThatThrownBy(() -> people.put("k", person))
          .isInstanceOf(CodecException.class)
          .hasMessageContaining("changed meanwhile");
      people.put("k", person);
      assertThat(redis.stored(below("p", "k"))).isNotNull();
    }
  }

  static final class Node {
    final @Nullable Node next;

    Node(@Nullable Node next) {
      this.next = next;
    }
  }

  @Test
  void whatIsTooDeepToBeComparedIsStored() {
    int depth = 200_000;
    Codec<Node> codec = new Made<>(
        node -> {
          int count = 0;
          for (Node here = node; here != null; here = here.next) {
            count++;
          }
          return Integer.toString(count);
        },
        text -> list(Integer.parseInt(text)));
    try (var manager = withRedis()) {
      TieredCache<String, Node> lists =
          manager.cache("n", CacheSpec.of(String.class, Node.class).codec(codec));
      lists.put("k", list(depth));
      assertThat(redis.stored(below("n", "k"))).isNotNull();
    }
  }

  private static Node list(int length) {
    Node list = new Node(null);
    for (int i = 1; i < length; i++) {
      list = new Node(list);
    }
    return list;
  }

  record Holder(byte[] bytes) {}

  static final class Plain {
    final String text;
    int timesRead;

    Plain(String text) {
      this.text = text;
    }
  }

  @Test
  void neitherArraysInRecordsNorClassesWithoutEqualsAreRefusedForNothing() {
    try (var manager = withRedis()) {
      TieredCache<String, Holder> holders = manager.cache("h", String.class, Holder.class);
      holders.put("k", new Holder(new byte[] {1}));
      Codec<Plain> codec = new Made<>(plain -> plain.text, Plain::new);
      TieredCache<String, Plain> plains =
          manager.cache("p", CacheSpec.of(String.class, Plain.class).codec(codec));
      var plain = new Plain("t");
      plain.timesRead = 5; // which the codec does not think worth keeping
      plains.put("k", plain);
      assertThat(redis.stored(below("h", "k"))).isNotNull();
      assertThat(redis.stored(below("p", "k"))).isNotNull();
    }
  }

  @Test
  void anEqualsThatLooksAtTheIdOnlyHidesNoLoss() {
    record Entity(int id, String name) {
      @Override
      public boolean equals(@Nullable Object other) {
        return other instanceof Entity that && id == that.id;
      }

      @Override
      public int hashCode() {
        return id;
      }
    }
    try (var manager = withRedis()) {
      TieredCache<String, Entity> entities = manager.cache("e", String.class, Entity.class);
      entities.put("k", new Entity(1, "n"));
      manager.resizeMemory(1);
      assertThat(entities.get("k")).extracting(Entity::name).isEqualTo("n");
    }
  }

  static final class Guest {
    public int id;

    @SuppressWarnings("UnusedVariable") // a mapper leaves it out, as it has no getter
    private String password = "";

    Guest() {}

    Guest(int id, String password) {
      this.id = id;
      this.password = password;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Guest that && id == that.id;
    }

    @Override
    public int hashCode() {
      return id;
    }
  }

  @Test
  void anEqualsThatLooksAtTheIdOnlyHidesNoLossByAMapperEither() {
    var codec = Codecs.json(Guest.class).mapper(JsonMapper.builder().build());
    try (var manager = withRedis()) {
      TieredCache<String, Guest> guests =
          manager.cache("g", CacheSpec.of(String.class, Guest.class).codec(codec));
      assertThatThrownBy(() -> guests.put("k", new Guest(1, "secret")))
          .isInstanceOf(CodecException.class)
          .hasMessageContainingAll("Guest", "password");
      assertThat(redis.stored(below("g", "k"))).isNull();
    }
  }

  static final class Tag {
    int number;

    Tag() {}

    Tag(int number) {
      this.number = number;
    }
  }

  @Test
  void aHashSetOfWhatHasNoEqualsIsNotRefusedForItsOrder() {
    for (int i = 0; i < 50; i++) {
      try (var manager = withRedis()) {
        TieredCache<String, HashSet<Tag>> tags =
            manager.cache("t" + i, String.class, new TypeRef<HashSet<Tag>>() {});
        tags.put("k", new HashSet<>(List.of(new Tag(1), new Tag(2), new Tag(3), new Tag(1))));
        assertThat(redis.stored(below("t" + i, "k"))).isNotNull();
      }
    }
  }

  @Test
  void aCodecThatFailsToWriteLeavesTheValueInMemory() {
    Codec<Person> codec = new Made<>(
        person -> {
          throw new IllegalStateException("not me");
        },
        text -> new Person());
    try (var manager = withDisk(1_000_000)) {
      TieredCache<String, Person> people = manager.cache("p", people(codec));
      people.put("k", new Person());
      assertThat(people.get("k")).isNotNull();
    }
  }

  @Test
  void whatIsMemoryOnlyIsNeitherWrittenNorReadBelow() {
    try (var manager = builder(1_000_000)
        .disk(context -> new Outliving(disk))
        .redis(context -> new Outliving(redis))
        .build()) {
      manager.cache("c", String.class, String.class).put("there", "v");
      TieredCache<String, Object> things =
          manager.cache("things", CacheSpec.of(String.class, Object.class).memoryOnly());
      var value = new Object();
      things.put("k", value);
      assertThat(things.get("k")).isSameAs(value);
      assertThat(things.get("l", key -> value)).isSameAs(value);
      assertThat(things.putIfAbsent("k", "other")).isSameAs(value);
      things.tenant("t").put("k", value);
      assertThat(things.invalidateMatching("l")).isEqualTo(1);
      things.invalidate("none");
      long reads = disk.reads() + redis.reads();
      assertThat(things.get("none")).isNull();
      assertThat(disk.reads() + redis.reads()).isEqualTo(reads);
      manager.resizeMemory(1);
      assertThat(things.get("k")).isNull();
      assertThat(things.stats().unwritable()).isZero();
    }
    assertThat(disk.writes()).as("that of the other cache").isEqualTo(1);
    assertThat(redis.writes()).as("that of the other cache").isEqualTo(1);
  }

  @Test
  void arraysAreNoKeys() {
    assertThatThrownBy(() -> CacheSpec.of(byte[].class, String.class)
            .keyCodec(
                KeyCodecs.of(bytes -> new String(bytes, UTF_8), text -> text.getBytes(UTF_8))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("byte[]");
    assertThatThrownBy(() -> CacheSpec.of(String[].class, new TypeRef<String>() {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("java.lang.String[]");
  }

  @Test
  void aClosedManagerLetsTheClassesOfItsValuesGo(@TempDir Path folder) throws Exception {
    Path source = Files.writeString(folder.resolve("User.java"), """
        public record User(String name, Kind kind) {
          public sealed interface Kind {}
          public record Guest(java.util.Map<Color, java.time.Instant> seen) implements Kind {}
          public enum Color { RED }
        }
        """);
    assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, source.toString()))
        .isZero();
    List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      var loader = new URLClassLoader(new URL[] {folder.toUri().toURL()});
      runApplication(loader.loadClass("User"), i % 2 == 0);
      loaders.add(new WeakReference<>(loader));
    }
    await().until(() -> {
      System.gc();
      return loaders.stream().filter(loader -> loader.get() != null).count() <= 1;
    });
  }

  private <V> void runApplication(Class<V> type, boolean withDisk) throws Exception {
    try (var manager = withDisk ? withDisk(1_000_000) : builder(1_000_000).build()) {
      TieredCache<String, V> users = manager.cache("u", String.class, type);
      users.put("k", type.cast(type.getDeclaredConstructors()[0].newInstance("Ann", null)));
      assertThat(users.get("k")).isNotNull();
    }
    if (withDisk) {
      try (var manager = withDisk(1_000_000)) {
        assertThat(manager.cache("u", String.class, type).get("k")).isNotNull();
      }
    }
  }

  /** With the names of parameters in the class files, as frameworks compile. */
  @Test
  void aConstructorWithoutParametersComesBeforeOneThatMayDoAnything(@TempDir Path folder)
      throws Exception {
    Path source = Files.writeString(folder.resolve("Loud.java"), """
        public class Loud {
          private String text = "";
          public Loud() {}
          public Loud(String text) { this.text = text + "!"; }
          @Override public String toString() { return text; }
          public static class Only {
            private final String text;
            private final int number;
            public Only(String text, int number) { this.text = text; this.number = number; }
            @Override public String toString() { return text + number; }
          }
        }
        """);
    assertThat(ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, "-parameters", source.toString()))
        .isZero();
    try (var loader = new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
      Class<?> loud = loader.loadClass("Loud");
      assertThat(copy(loud, loud.getConstructor(String.class).newInstance("a"))).hasToString("a!");
      Class<?> only = loader.loadClass("Loud$Only");
      assertThat(copy(only, only.getConstructor(String.class, int.class).newInstance("a", 1)))
          .hasToString("a1");
    }
  }

  private static <V> V copy(Class<V> type, Object value) {
    Codec<V> codec = Codecs.json(type);
    return codec.decode(codec.encode(type.cast(value)));
  }

  @Test
  void theIdOfJsonIsTheSameInEveryClassLoader(@TempDir Path folder) throws Exception {
    Path source = Files.writeString(
        folder.resolve("Pair.java"), "public record Pair<A>(A a, Pair<A> b, String c) {}");
    assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, source.toString()))
        .isZero();
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      try (var loader = new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
        ids.add(Codecs.json(loader.loadClass("Pair").arrayType())
            .subtypes(Map.of("s", String.class))
            .id());
      }
    }
    assertThat(ids.get(0)).isEqualTo(ids.get(1));
  }
}
