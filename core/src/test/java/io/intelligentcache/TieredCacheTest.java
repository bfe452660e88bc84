package io.intelligentcache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.intelligentcache.codec.Codec;
import io.intelligentcache.codec.CodecException;
import io.intelligentcache.codec.Compression;
import io.intelligentcache.codec.KeyCodecs;
import io.intelligentcache.codec.TypeRef;
import io.intelligentcache.internal.codec.ItemFormat;
import io.intelligentcache.internal.tier.ForwardingTier;
import io.intelligentcache.stats.CacheStats;
import io.intelligentcache.tier.FakeTime;
import io.intelligentcache.tier.HeapTier;
import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.Reason;
import io.intelligentcache.tier.Space;
import io.intelligentcache.tier.TierException;
import io.intelligentcache.tier.TierKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TieredCacheTest {
  record User(String name, int age, List<String> roles) {}

  enum Color {
    RED,
    GREEN
  }

  private static final User ALICE = new User("Alice", 42, List.of("admin", "dev"));

  private final FakeTime time = new FakeTime();
  private final HeapTier disk = new HeapTier(time);
  private final HeapTier redis = new HeapTier(time);
  private TieredCacheManager manager = all(1_000_000);

  private TieredCacheManager all(long bytes) {
    return TieredCacheManager.builder()
        .memory(Memory.ofBytes(bytes))
        .disk(context -> new HeapTierProxy(disk))
        .redis(context -> new HeapTierProxy(redis))
        .multiTenant(true)
        .time(time)
        .build();
  }

  private TieredCacheManager onlyDisk(long bytes) {
    manager.close();
    manager = TieredCacheManager.builder()
        .memory(Memory.ofBytes(bytes).policy(EvictionPolicy.LRU))
        .disk(context -> new HeapTierProxy(disk))
        .time(time)
        .build();
    return manager;
  }

  /** The tier outlives its manager, as files do. */
  private static final class HeapTierProxy extends ForwardingTier {
    HeapTierProxy(HeapTier tier) {
      super(tier);
    }

    @Override
    public void close() {}
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private TieredCache<String, User> users() {
    return manager.cache("users", String.class, User.class);
  }

  private static TierKey below(String cache, String key) {
    return new TierKey(new Space(cache, ""), key.getBytes(UTF_8));
  }

  @Test
  void returnsWhatWasPut() {
    users().put("alice", ALICE);
    assertThat(users().get("alice")).isSameAs(ALICE);
    assertThat(users().get("bob")).isNull();
  }

  @Test
  void writesGoThroughToRedisAndNotToDisk() {
    users().put("alice", ALICE);
    assertThat(redis.stored(below("users", "alice"))).isNotNull();
    assertThat(disk.stored(below("users", "alice"))).isNull();
  }

  @Test
  void whatLeavesMemoryIsFoundOnDiskAndComesBackUp() {
    TieredCache<Integer, byte[]> blobs =
        onlyDisk(10_000).cache("blobs", Integer.class, byte[].class);
    for (int i = 0; i < 100; i++) {
      blobs.put(i, new byte[] {(byte) i, 1, 2, 3});
    }
    assertThat(disk.writes()).isBetween(10L, 90L);
    assertThat(blobs.get(0)).containsExactly(0, 1, 2, 3);
    CacheStats stats = blobs.stats();
    assertThat(stats.diskHits()).isEqualTo(1);
    assertThat(stats.promotions()).isEqualTo(1);
    assertThat(stats.demotions()).isEqualTo(disk.writes()).isEqualTo(stats.evictions());
    long reads = disk.reads();
    assertThat(blobs.get(0)).containsExactly(0, 1, 2, 3);
    assertThat(disk.reads()).as("the second time it is in memory").isEqualTo(reads);
  }

  @Test
  void whatCameFromDiskUnchangedIsNotWrittenAgain() {
    TieredCache<Integer, byte[]> blobs =
        onlyDisk(10_000).cache("blobs", Integer.class, byte[].class);
    for (int i = 0; i < 100; i++) {
      blobs.put(i, new byte[4]);
    }
    manager.close();
    assertThat(disk.writes()).isEqualTo(100);
    blobs = onlyDisk(10_000).cache("blobs", Integer.class, byte[].class);
    for (int i = 0; i < 100; i++) {
      assertThat(blobs.get(i)).isNotNull();
    }
    assertThat(disk.writes()).isEqualTo(100);
  }

  @Test
  void closeFlushesMemoryToDiskAndAReopenedManagerFindsIt() {
    TieredCache<String, User> users = onlyDisk(1_000_000).cache("users", String.class, User.class);
    users.put("alice", ALICE);
    manager.close();
    assertThatThrownBy(() -> users.get("alice"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
    assertThat(onlyDisk(1_000_000).cache("users", String.class, User.class).get("alice"))
        .isEqualTo(ALICE);
  }

  @Test
  void twoManagersOnOneRedisSeeEachOthersPuts() {
    try (var other = TieredCacheManager.builder()
        .redis(context -> new HeapTierProxy(redis))
        .time(time)
        .build()) {
      users().put("alice", ALICE);
      assertThat(other.cache("users", String.class, User.class).get("alice")).isEqualTo(ALICE);
      assertThat(other.stats().caches().redisHits()).isEqualTo(1);
    }
  }

  @Test
  void anOverwriteLeavesNothingOldInAnyTier() {
    TieredCache<String, String> names = manager.cache("names", String.class, String.class);
    names.put("k", "old");
    manager.close(); // flushes to disk
    manager = new Reopened().manager;
    names = manager.cache("names", String.class, String.class);
    assertThat(names.get("k")).isEqualTo("old");
    names.put("k", "new");
    assertThat(disk.stored(below("names", "k"))).isNull();
    names.invalidate("k");
    assertThat(names.get("k")).isNull();
    assertThat(redis.stored(below("names", "k"))).isNull();
  }

  private final class Reopened {
    final TieredCacheManager manager = TieredCacheManager.builder()
        .disk(context -> new HeapTierProxy(disk))
        .redis(context -> new HeapTierProxy(redis))
        .time(time)
        .build();
  }

  @Test
  void nothingIsReturnedAfterItsTtl() {
    users().put("guest", ALICE, EntryOptions.ttl(Duration.ofMinutes(5)));
    time.advance(Duration.ofMinutes(5).minusNanos(1));
    assertThat(users().get("guest")).isEqualTo(ALICE);
    time.advance(Duration.ofNanos(1));
    time.advance(Duration.ofMillis(1)); // the wall clock has milliseconds
    assertThat(users().get("guest")).isNull();
    assertThat(users().stats().expirations()).isEqualTo(1);
  }

  @Test
  void theRemainingTtlTravelsDownAndUp() {
    TieredCache<String, String> names = onlyDisk(300).cache("names", String.class, String.class);
    names.put("k", "v", EntryOptions.ttl(Duration.ofMinutes(10)));
    time.advance(Duration.ofMinutes(4));
    names.put("other", "pushes k out");
    Item item = disk.stored(below("names", "k"));
    assertThat(item).isNotNull();
    assertThat(item.expiresAtMillis() - time.epochMillis()).isEqualTo(TimeUnit.MINUTES.toMillis(6));
    assertThat(names.get("k")).isEqualTo("v"); // up again
    time.advance(Duration.ofMinutes(6));
    assertThat(names.get("k")).isNull();
  }

  @Test
  void aWallClockThatJumpsNeitherKillsNorRevivesWhatIsInMemory() {
    users().put("guest", ALICE, EntryOptions.ttl(Duration.ofMinutes(5)));
    time.jumpWallClock(Duration.ofDays(400));
    assertThat(users().get("guest")).isEqualTo(ALICE);
    time.jumpWallClock(Duration.ofDays(-800));
    time.advance(Duration.ofMinutes(5));
    disk.refuse(Reason.BROKEN);
    redis.refuse(Reason.BROKEN);
    assertThat(users().get("guest")).isNull();
  }

  @Test
  void aPatternGoesBeyondLineBreaksInEveryTier() {
    String key = "note:first line\nsecond DRAFT";
    TieredCache<String, String> notes = manager.cache("notes", String.class, String.class);
    notes.put(key, "old");
    assertThat(redis.stored(below("notes", key))).isNotNull();
    assertThat(notes.invalidateMatching("note.*DRAFT")).isEqualTo(2);
    assertThat(redis.stored(below("notes", key))).isNull();
    assertThat(notes.get(key)).isNull();

    notes = onlyDisk(300).cache("notes", String.class, String.class);
    notes.put(key, "old");
    notes.put("other", "pushes it out");
    assertThat(disk.stored(below("notes", key))).isNotNull();
    assertThat(notes.invalidateMatching(".*DRAFT$")).isEqualTo(1);
    assertThat(disk.stored(below("notes", key))).isNull();
  }

  @ParameterizedTest
  @ValueSource(longs = {-400, -1, 1, 400})
  void aWallClockThatIsSetNeitherKillsNorRevivesWhatIsBelowMemory(long days) {
    Duration step = Duration.ofDays(days);
    for (boolean lower : new boolean[] {false, true}) { // whether it is in the lower tier by then
      try (var m = TieredCacheManager.builder()
          .memory(Memory.ofBytes(300).policy(EvictionPolicy.LRU))
          .disk(context -> new HeapTier(context.time()))
          .time(time)
          .build()) {
        TieredCache<String, String> names = m.cache("names", String.class, String.class);
        names.put("k", "v", EntryOptions.ttl(Duration.ofMinutes(10)));
        time.advance(Duration.ofMinutes(1));
        if (lower) {
          names.put("other", "pushes k out");
        }
        time.jumpWallClock(step);
        if (!lower) {
          names.put("other", "pushes k out");
        }
        time.advance(Duration.ofMinutes(8));
        assertThat(names.get("k")).isEqualTo("v"); // up again
        time.advance(Duration.ofMinutes(1));
        assertThat(names.get("k")).isNull();
      }
    }
  }

  @Test
  void theEntrysTtlComesBeforeTheCachesBeforeTheManagers() {
    try (var m =
        TieredCacheManager.builder().defaultTtl(Duration.ofHours(1)).time(time).build()) {
      TieredCache<String, String> plain = m.cache("plain", String.class, String.class);
      TieredCache<String, String> own =
          m.cache("own", CacheSpec.of(String.class, String.class).ttl(Duration.ofHours(2)));
      plain.put("a", "1 hour");
      own.put("b", "2 hours");
      own.put("c", "3 hours", EntryOptions.ttl(Duration.ofHours(3)));
      own.put("d", "for ever", EntryOptions.noExpiry());
      own.put("e", "for ever too", EntryOptions.ttl(Duration.ofSeconds(Long.MAX_VALUE)));
      time.advance(Duration.ofHours(1));
      assertThat(plain.get("a")).isNull();
      assertThat(own.get("b")).isNotNull();
      time.advance(Duration.ofHours(1));
      assertThat(own.get("b")).isNull();
      assertThat(own.get("c")).isNotNull();
      time.advance(Duration.ofHours(1));
      assertThat(own.get("c")).isNull();
      time.advance(Duration.ofDays(10_000));
      assertThat(own.get("d")).isNotNull();
      assertThat(own.get("e")).isNotNull();
    }
  }

  @Test
  void bulkOperationsDoWhatTheSingleOnesDo() {
    TieredCache<Integer, String> numbers = manager.cache("numbers", Integer.class, String.class);
    Map<Integer, String> values = new LinkedHashMap<>();
    for (int i = 0; i < 100; i++) {
      values.put(i, "v" + i);
    }
    numbers.putAll(values);
    assertThat(numbers.getAll(values.keySet())).isEqualTo(values);
    assertThat(redis.writes()).isEqualTo(100);
    numbers.invalidateAll(List.of(1, 2, 3, 3));
    assertThat(numbers.getAll(List.of(0, 1, 2, 3, 4))).containsOnlyKeys(0, 4);
    assertThat(numbers.getAll(List.of(3, 4, 1), key -> key == 1 ? null : "loaded" + key))
        .containsExactly(Map.entry(3, "loaded3"), Map.entry(4, "v4"));
    assertThat(numbers.getAll(List.of())).isEmpty();
    numbers.putAll(Map.of());
    numbers.invalidateAll(List.of());
  }

  @Test
  void aBulkReadAsksEachTierOnceForAllKeys() {
    TieredCache<Integer, String> numbers = manager.cache("numbers", Integer.class, String.class);
    for (int i = 0; i < 10; i++) {
      numbers.put(i, "v" + i);
    }
    try (var other = TieredCacheManager.builder()
        .redis(context -> new HeapTierProxy(redis))
        .time(time)
        .build()) {
      var read = other.cache("numbers", Integer.class, String.class).getAll(List.of(1, 2, 3, 99));
      assertThat(read).containsOnlyKeys(1, 2, 3);
      assertThat(other.stats().caches().redisHits()).isEqualTo(3);
      assertThat(other.stats().caches().absent()).isEqualTo(1);
    }
  }

  @Test
  void tenantsShareNothing() {
    TieredCache<String, User> acme = users().tenant("acme");
    TieredCache<String, User> evil = users().tenant("ac/me:*..\0");
    users().put("k", ALICE);
    acme.put("k", new User("Acme", 1, List.of()));
    evil.put("k", new User("Evil", 2, List.of()));
    assertThat(users().tenant("acme")).isSameAs(acme);
    acme.clear();
    assertThat(acme.get("k")).isNull();
    assertThat(users().get("k")).isEqualTo(ALICE);
    assertThat(evil.get("k")).isNotNull();
    assertThat(evil.invalidateMatching(".*")).isPositive();
    assertThat(users().get("k")).isEqualTo(ALICE);
    assertThat(acme.stats().requests()).isEqualTo(1);
  }

  @Test
  void refusesTenantsThatCantBe() {
    assertThatThrownBy(() -> users().tenant("")).hasMessageContaining("empty");
    assertThatThrownBy(() -> users().tenant("x".repeat(10_000)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("512")
        .hasMessageContaining("10000");
    assertThatThrownBy(() -> users().tenant("half\uD800"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("surrogate");
    assertThatThrownBy(() -> users().tenant("a").tenant("b"))
        .isInstanceOf(IllegalStateException.class);
    try (var single = TieredCacheManager.builder().build()) {
      assertThatThrownBy(() -> single.cache("c", String.class, String.class).tenant("a"))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("multiTenant(true)");
    }
  }

  @Test
  void clearEmptiesEveryTier() {
    TieredCache<Integer, String> numbers = manager.cache("numbers", Integer.class, String.class);
    for (int i = 0; i < 10; i++) {
      numbers.put(i, "v" + i);
      disk.plant(below("numbers", "1" + i), item("planted"));
    }
    numbers.clear();
    for (int i = 0; i < 20; i++) {
      assertThat(numbers.get(i)).isNull();
    }
  }

  private static Item item(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    return new Item(bytes, bytes.length, false, 0, Item.NEVER);
  }

  @Test
  void invalidatesByPatternFromTheStartOfTheKeyInEveryTier() {
    TieredCache<String, String> names = manager.cache("names", String.class, String.class);
    for (String key : List.of("user:1", "user:2", "the-user:3", "user")) {
      names.put(key, "v");
    }
    assertThat(names.invalidateMatching("user:")).isEqualTo(4); // two keys, in memory and in Redis
    assertThat(names.get("user:1")).isNull();
    assertThat(names.get("user:2")).isNull();
    assertThat(names.get("the-user:3")).isNotNull();
    assertThat(names.get("user")).isNotNull();
  }

  @Test
  void aPatternThatIsNoneIsRefusedWithItsText() {
    assertThatThrownBy(() -> users().invalidateMatching("user:("))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("user:(");
    assertThatThrownBy(() -> users().invalidateMatching("(a)\\1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("back references");
  }

  @Test
  void keysMayBeOfManyTypes() {
    var id = UUID.randomUUID();
    check(String.class, "ключ/with:all*sorts\0of?");
    check(Integer.class, Integer.MIN_VALUE);
    check(Long.class, Long.MAX_VALUE);
    check(UUID.class, id);
    check(Color.class, Color.GREEN);
    record Point(int x, int y) {}
    var points = CacheSpec.of(Point.class, String.class)
        .keyCodec(KeyCodecs.of(
            p -> p.x() + "," + p.y(),
            s -> new Point(
                Integer.parseInt(s.substring(0, s.indexOf(','))),
                Integer.parseInt(s.substring(s.indexOf(',') + 1)))));
    TieredCache<Point, String> cache = manager.cache("points", points);
    cache.put(new Point(1, 2), "v");
    assertThat(redis.stored(below("points", "1,2"))).isNotNull();
    assertThatThrownBy(() -> manager.cache("x", Point.class, String.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("KeyCodec");
  }

  private <K> void check(Class<K> type, K key) {
    manager.cache(type.getSimpleName(), type, String.class).put(key, "v");
    try (var other = TieredCacheManager.builder()
        .redis(context -> new HeapTierProxy(redis))
        .time(time)
        .build()) {
      assertThat(other.cache(type.getSimpleName(), type, String.class).get(key)).isEqualTo("v");
    }
  }

  @Test
  void valuesMayHaveTypeArguments() {
    var spec = CacheSpec.of(String.class, new TypeRef<Map<String, List<User>>>() {});
    manager.cache("teams", spec).put("a", Map.of("x", List.of(ALICE)));
    try (var other = TieredCacheManager.builder()
        .redis(context -> new HeapTierProxy(redis))
        .time(time)
        .build()) {
      assertThat(other.cache("teams", spec).get("a")).isEqualTo(Map.of("x", List.of(ALICE)));
    }
  }

  @Test
  void aCacheIsOneThingOnly() {
    users();
    assertThat(users()).isSameAs(users());
    assertThatThrownBy(() -> manager.cache("users", String.class, String.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("users")
        .hasMessageContaining("User")
        .hasMessageContaining("String");
  }

  @Test
  void bytesThatTheCodecCantReadAreAMiss() {
    users().put("alice", ALICE);
    Item written = redis.stored(below("users", "alice"));
    assertThat(written).isNotNull();
    byte[] garbage = "{\"name\":".getBytes(UTF_8);
    redis.plant(
        below("users", "bob"),
        new Item(garbage, garbage.length, false, written.codec(), Item.NEVER));
    redis.plant(
        below("users", "eve"),
        new Item(new byte[] {1, 2, 3}, 300, true, written.codec(), Item.NEVER));
    redis.plant(
        below("users", "joe"),
        new Item(written.payload(), written.rawBytes(), false, written.codec() + 1, Item.NEVER));
    byte[] none = "null".getBytes(UTF_8);
    redis.plant(below("users", "zoe"), new Item(none, 4, false, written.codec(), Item.NEVER));
    for (String key : List.of("bob", "eve", "joe", "zoe")) {
      assertThat(users().get(key)).as(key).isNull();
    }
    assertThat(users().stats().unreadable()).isEqualTo(4);
    assertThat(users().get("bob", key -> ALICE)).isEqualTo(ALICE);
  }

  /** Jackson can't write an object that contains itself. */
  public static final class Circle {
    public @Nullable Circle me = this;
  }

  @Test
  void aValueThatCantBeWrittenIsRefusedAndChangesNothing() {
    TieredCache<String, Circle> things = manager.cache("things", String.class, Circle.class);
    var fine = new Circle();
    fine.me = null;
    things.put("k", fine);
    assertThatThrownBy(() -> things.put("k", new Circle()))
        .isInstanceOf(CodecException.class)
        .hasMessageContaining("Circle");
    assertThat(things.get("k")).isSameAs(fine);
    assertThatThrownBy(() -> things.put("half\uD800", fine))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("surrogate");
  }

  @Test
  void largeValuesAreCompressedBelowMemoryWhereItPays() {
    TieredCache<String, String> texts = manager.cache("texts", String.class, String.class);
    texts.put("long", "abc".repeat(1_000));
    texts.put("short", "abc".repeat(10));
    Item compressed = redis.stored(below("texts", "long"));
    Item raw = redis.stored(below("texts", "short"));
    assertThat(compressed).isNotNull();
    assertThat(raw).isNotNull();
    assertThat(compressed.compressed()).isTrue();
    assertThat(compressed.payload().length).isLessThan(200);
    assertThat(raw.compressed()).isFalse();
    assertThat(texts.stats().compressionRatio()).isLessThan(0.2);
    try (var without = TieredCacheManager.builder()
        .redis(context -> new HeapTierProxy(redis))
        .compression(Compression.none())
        .time(time)
        .build()) {
      assertThat(without.cache("texts", String.class, String.class).get("long"))
          .isEqualTo("abc".repeat(1_000));
    }
  }

  @Test
  void aTierThatRefusesNeverFailsARead() {
    disk.refuse(Reason.BROKEN);
    redis.refuse(Reason.OPEN);
    assertThat(users().get("alice")).isNull();
    assertThat(users().get("alice", key -> ALICE)).isEqualTo(ALICE);
    users().put("bob", ALICE);
    assertThat(users().get("bob")).isEqualTo(ALICE);
    users().invalidate("bob");
    assertThat(users().get("bob")).isNull();
    users().clear();
  }

  @Test
  void warmsWhatIsMissingAndTellsHowItGoes() {
    TieredCache<Integer, String> numbers = manager.cache("numbers", Integer.class, String.class);
    numbers.put(1, "present");
    List<WarmReport> told = new ArrayList<>();
    WarmReport report = numbers.warm(
        Warming.of(List.of(1, 2, 3, 4, 2)).concurrency(1).onProgress(told::add), key -> {
          if (key == 3) {
            throw new IllegalStateException("no 3");
          }
          return key == 4 ? null : "loaded";
        });
    assertThat(report.loaded()).isEqualTo(1);
    assertThat(report.present()).isEqualTo(2); // 2 is present when its turn comes again
    assertThat(report.absent()).isEqualTo(1);
    assertThat(report.failed()).isEqualTo(1);
    assertThat(report.total()).hasValue(5);
    assertThat(report.position()).isEqualTo(5);
    assertThat(told).last().isEqualTo(report);
    assertThat(numbers.stats().requests()).isZero();
    assertThat(numbers.get(2)).isEqualTo("loaded");
    assertThat(numbers.warm(List.of(2), key -> "again").present()).isEqualTo(1);
  }

  @Test
  void countersAddUp() {
    TieredCache<Integer, String> numbers =
        onlyDisk(1_500).cache("numbers", Integer.class, String.class);
    for (int i = 0; i < 500; i++) {
      int key = i * 7 % 40;
      switch (i % 4) {
        case 0 -> numbers.put(key, "v");
        case 1 -> numbers.get(key);
        case 2 -> numbers.get(key + 20, k -> k % 3 == 0 ? null : "loaded");
        default -> numbers.getAll(List.of(key, key + 1, key + 100));
      }
    }
    CacheStats stats = numbers.stats();
    assertThat(stats.requests()).isEqualTo(125 + 125 + 3 * 125);
    assertThat(stats.requests()).isEqualTo(stats.hits() + stats.misses());
    assertThat(stats.misses()).isEqualTo(stats.loads() + stats.coalesced() + stats.absent());
    assertThat(stats.diskHits()).isPositive();
    assertThat(stats.hitRate()).isBetween(0.1, 0.9);
    assertThat(manager.stats().caches()).isEqualTo(stats);
    assertThat(manager.stats().memoryBytes()).isBetween(1L, 1_500L);
  }

  @Test
  void nullsAreRefusedAtOnce() {
    TieredCache<String, User> users = users();
    List<org.assertj.core.api.ThrowableAssert.ThrowingCallable> calls = List.of(
        () -> users.get(nothing()),
        () -> users.get("k", nothing()),
        () -> users.put(nothing(), ALICE),
        () -> users.put("k", nothing()),
        () -> users.put("k", ALICE, nothing()),
        () -> users.invalidate(nothing()),
        () -> users.getAll(nothing()),
        () -> users.putAll(nothing()),
        () -> users.invalidateMatching(nothing()),
        () -> users.warm(TieredCacheTest.<List<String>>nothing(), key -> ALICE),
        () -> users.warm(List.of("k"), nothing()),
        () -> users.tenant(nothing()),
        () -> users.async().get(nothing()),
        () -> users.async().put("k", nothing()),
        () -> manager.cache(nothing(), String.class, String.class),
        () -> TieredCacheManager.builder().memory(nothing()));
    for (var call : calls) {
      assertThatThrownBy(call).isInstanceOf(NullPointerException.class);
    }
  }

  @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // the point is to break the rule
  private static <T> T nothing() {
    return null;
  }

  @Test
  void asyncDoesTheSame() {
    AsyncTieredCache<String, User> users = users().async();
    users.put("alice", ALICE).join();
    assertThat(users.get("alice")).isCompletedWithValue(ALICE);
    assertThat(users.get("bob", key -> ALICE).join()).isEqualTo(ALICE);
    assertThat(users.getAll(List.of("alice", "bob")).join()).hasSize(2);
    users.invalidate("alice").join();
    assertThat(users.get("alice").join()).isNull();
    assertThat(users.invalidateMatching("bob").join()).isEqualTo(2);
    users.putAll(Map.of("a", ALICE, "b", ALICE)).join();
    users.invalidateAll(List.of("a")).join();
    users.clear().join();
    assertThat(users.get("b").join()).isNull();
    assertThat(users.warm(Warming.of(List.of("c")), key -> ALICE).join().loaded())
        .isEqualTo(1);
  }

  @Test
  void aBudgetOfOneByteStillWorks() {
    TieredCache<String, User> users = onlyDisk(1).cache("users", String.class, User.class);
    users.put("alice", ALICE);
    assertThat(users.get("alice")).isEqualTo(ALICE);
    assertThat(users.stats().diskHits()).isEqualTo(1);
    users.invalidate("alice");
    assertThat(users.get("alice")).isNull();
  }

  @Test
  void aManagerThatCantOpenATierLeavesNoneOpen() {
    var opened = new HeapTier(time);
    assertThatThrownBy(() -> TieredCacheManager.builder()
            .disk(context -> opened)
            .redis(context -> {
              throw new TierException("no such server", null);
            })
            .build())
        .isInstanceOf(TierException.class);
    assertThat(opened.put(below("c", "k"), item("v")).join())
        .isEqualTo(new io.intelligentcache.tier.Outcome.Refused(Reason.CLOSED));
  }

  @Test
  void refusesSettingsThatCantWork() {
    assertThatThrownBy(() -> Memory.ofMegabytes(0)).hasMessageContaining(": 0");
    assertThatThrownBy(() -> Memory.ofBytes(-5)).hasMessageContaining(": -5");
    assertThatThrownBy(() -> EntryOptions.ttl(Duration.ZERO)).hasMessageContaining("PT0S");
    assertThatThrownBy(() -> Compression.lz4().above(-1)).hasMessageContaining("-1");
    assertThatThrownBy(() -> TieredCacheManager.builder().loadTimeout(Duration.ofSeconds(-1)))
        .hasMessageContaining("PT-1S");
    assertThatThrownBy(() -> manager.cache("", String.class, String.class))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** Writes nothing, in the rudest way. */
  private static final class RudeCodec implements Codec<User> {
    boolean rude = true;

    @Override
    public String id() {
      return "rude/1";
    }

    @Override
    public byte[] encode(User value) {
      if (rude) {
        throw new IllegalStateException("not me");
      }
      return new byte[] {1};
    }

    @Override
    public User decode(byte[] bytes) {
      if (rude) {
        throw new NoClassDefFoundError("nor me");
      }
      return ALICE;
    }
  }

  @Test
  void aCodecThatThrowsAnythingHurtsNobodyElseAndClosesAllTheSame() {
    TieredCacheManager small = onlyDisk(3_000);
    var rude = new RudeCodec();
    TieredCache<Integer, User> users = small.cache(
        "rude", CacheSpec.of(Integer.class, User.class).codec(rude).weigher((k, v) -> 50));
    TieredCache<Integer, String> others = small.cache("others", Integer.class, String.class);
    for (int i = 0; i < 100; i++) {
      users.put(i, ALICE);
      others.put(i, "v");
    }
    assertThat(small.stats().memoryBytes()).isLessThanOrEqualTo(3_000);
    assertThat(small.stats().caches().entries()).isLessThan(30);
    assertThat(users.stats().unwritable()).isPositive();
    disk.plant(below("rude", "7"), new Item(new byte[1], 1, false, fingerprint(rude), Item.NEVER));
    assertThat(users.get(7, key -> ALICE)).isEqualTo(ALICE);
    small.close();
    assertThat(onlyDisk(3_000).cache("others", Integer.class, String.class).get(99))
        .isEqualTo("v");
  }

  private static int fingerprint(RudeCodec codec) {
    codec.rude = false;
    int id =
        new ItemFormat<>(codec, Compression.none()).encode(ALICE, Item.NEVER).codec();
    codec.rude = true;
    return id;
  }

  @Test
  void aPatternThatWouldOverflowTheStackIsRefused() {
    String deep = "(?:.?){1000}".repeat(10) + "x";
    assertThatThrownBy(() -> users().invalidateMatching(deep))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("3000");
    String widest = "(?:.?){990}x";
    users().put("user:1".repeat(100), ALICE);
    users().invalidateMatching(widest);
    assertThat(users().get("user:1".repeat(100))).isNotNull();
  }

  @Test
  void anOversizeValueInPlaceOfASmallOneDisturbsNobody() {
    TieredCache<String, byte[]> blobs = onlyDisk(10_000).cache("blobs", String.class, byte[].class);
    for (int i = 0; i < 10; i++) {
      blobs.put("k" + i, new byte[100]);
    }
    blobs.put("k0", new byte[100_000]);
    assertThat(blobs.stats().evictions()).as("the large one alone").isEqualTo(1);
    assertThat(blobs.get("k0")).hasSize(100_000);
  }

  @Test
  void aBulkPutStoresAllOrNothing() {
    try (var plain = TieredCacheManager.builder().build()) {
      TieredCache<Integer, String> cache = plain.cache(
          "c", CacheSpec.of(Integer.class, String.class).weigher((k, v) -> k == 2 ? -1 : 1));
      Map<Integer, String> values = new LinkedHashMap<>();
      values.put(1, "a");
      values.put(2, "b");
      assertThatThrownBy(() -> cache.putAll(values))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("-1");
      assertThat(cache.get(1)).isNull();
      assertThat(cache.stats().puts()).isZero();
    }
  }

  @Test
  void inMemoryAloneValuesNeedNoCodecAndKeysNoText() {
    try (var plain =
        TieredCacheManager.builder().memory(Memory.ofBytes(100_000)).build()) {
      TieredCache<String, Object> things = plain.cache("things", String.class, Object.class);
      for (int i = 0; i < 1_000; i++) {
        things.put("k" + i, new Circle());
      }
      assertThat(things.stats().entries()).isBetween(20L, 800L);
      String longKey = "k".repeat(40_000);
      assertThat(things.get(longKey, key -> "loaded")).isEqualTo("loaded");
      assertThat(things.get(longKey)).isEqualTo("loaded");
    }
  }
}
