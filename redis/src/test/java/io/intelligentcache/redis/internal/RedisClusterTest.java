package io.intelligentcache.redis.internal;

import static io.intelligentcache.redis.internal.TierProbe.SPACE;
import static io.intelligentcache.redis.internal.TierProbe.hit;
import static io.intelligentcache.redis.internal.TierProbe.item;
import static io.intelligentcache.redis.internal.TierProbe.join;
import static io.intelligentcache.redis.internal.TierProbe.key;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.redis.Redis;
import io.intelligentcache.redis.RedisCluster;
import io.intelligentcache.redis.internal.command.Futures;
import io.intelligentcache.tier.Changes;
import io.intelligentcache.tier.FakeScheduler;
import io.intelligentcache.tier.FakeTime;
import io.intelligentcache.tier.Lookup;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Reason;
import io.intelligentcache.tier.SharedTier;
import io.intelligentcache.tier.Space;
import io.intelligentcache.tier.TierContext;
import io.intelligentcache.tier.TierKey;
import io.lettuce.core.cluster.SlotHash;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Keys with many owners, and slots that move, while no node fails. */
final class RedisClusterTest {
  private static final RedisCluster CLUSTER = RedisCluster.withSpares(3, 1);
  private static int opened;

  private final String namespace = "n" + opened++;
  private final TierProbe tier = TierProbe.open(config());

  private Redis config() {
    return TierProbe.patient(Redis.cluster(CLUSTER.url()).namespace(namespace));
  }

  @AfterEach
  void close() {
    tier.close();
  }

  @AfterAll
  static void stop() {
    CLUSTER.close();
  }

  @Test
  void aKeyIsStoredByTheNodeThatOwnsIt() {
    for (int i = 0; i < 60; i++) {
      assertThat(tier.put("k" + i, "v" + i)).isEqualTo(Outcome.DONE);
      assertThat(CLUSTER.node(CLUSTER.owner(name("k" + i))).exists(name("k" + i)))
          .isEqualTo(1);
    }
    List<TierKey> keys = IntStream.range(0, 61).mapToObj(i -> key("k" + i)).toList();
    List<Lookup> found = join(tier.tier().getAll(keys));
    for (int i = 0; i < 60; i++) {
      assertThat(found.get(i)).isEqualTo(hit("v" + i));
    }
    assertThat(found.get(60)).isEqualTo(Lookup.MISS);
  }

  @Test
  void oneServerOfThoseGivenIsEnoughToFindAll() {
    Redis configured = Redis.cluster("redis://127.0.0.1:1", CLUSTER.server(2).url())
        .namespace(namespace)
        .commandTimeout(Duration.ofSeconds(20));
    try (TierProbe other = TierProbe.open(configured)) {
      for (int i = 0; i < 20; i++) {
        assertThat(other.put("k" + i, "v")).isEqualTo(Outcome.DONE);
        assertThat(tier.get("k" + i)).isEqualTo(hit("v"));
      }
    }
  }

  @Test
  void aClearTakesItsKeysOnAllNodesAndNoForeignOnes() {
    List<String> foreign = IntStream.range(0, 30)
        .mapToObj(i -> i % 2 == 0 ? "foreign" + i : name("a:b" + i))
        .toList();
    foreign.forEach(name -> CLUSTER.node(CLUSTER.owner(name)).set(name, name.getBytes(UTF_8)));
    for (int i = 0; i < 300; i++) {
      var unused = tier.tier().put(key("k" + i), item("v"));
    }
    assertThat(join(tier.tier().clear(SPACE))).isEqualTo(new Outcome.Done(300));
    for (int node = 0; node < CLUSTER.size(); node++) {
      assertThat(CLUSTER.node(node).keys(namespace + ":*:*:*")).isSubsetOf(foreign);
    }
    foreign.forEach(name ->
        assertThat(CLUSTER.node(CLUSTER.owner(name)).get(name)).isEqualTo(name.getBytes(UTF_8)));
  }

  @Test
  void aPutFromBeforeAClearIsNotStoredBehindIt() {
    isRefusedAfter(() -> tier.tier().clear(SPACE));
  }

  /** So many spaces that one generation is raised for all of them. */
  @Test
  void aPutFromBeforeClearsOfManySpacesIsNotStoredBehindThem() {
    isRefusedAfter(() -> Futures.all(IntStream.range(0, 20)
        .mapToObj(space -> tier.tier().clear(new Space("cache", space == 9 ? "" : "t" + space)))
        .toList()));
  }

  /** A put whose instance was paused before the sweep, and has not asked for the time since, is refused. */
  private void isRefusedAfter(Supplier<CompletableFuture<?>> sweep) {
    var still = new FakeTime();
    var scheduler = new FakeScheduler();
    try (var paused =
        new TierProbe(config().open(new TierContext(still, scheduler, Changes.IGNORED)))) {
      scheduler.advanceUntil(
          Duration.ofMillis(10), paused::isAvailable); // then it asks for no time
      assertThat(paused.put("late", "before")).isEqualTo(Outcome.DONE);
      join(sweep.get());
      still.advance(Duration.ofSeconds(-2)); // more than the error of the clocks
      assertThat(paused.put("late", "late")).isEqualTo(new Outcome.Refused(Reason.LATE));
      assertThat(tier.get("late")).isEqualTo(Lookup.MISS);
    }
  }

  @Test
  void whileASlotMovesItsKeysAreReadAndWrittenWhereverTheyAre() {
    List<String> keys = keysOf(CLUSTER.owner(0), 3);
    int slot = slot(keys.get(0));
    int from = CLUSTER.owner(slot);
    int to = 3; // owns no slot before the first such test
    tier.put(keys.get(0), "old");
    tier.put(keys.get(1), "stays");
    CLUSTER.beginMove(slot, from, to);
    CLUSTER.node(to).scriptFlush();

    assertThat(tier.put(keys.get(2), "made on the way")).isEqualTo(Outcome.DONE);
    assertThat(CLUSTER.node(to).clusterCountKeysInSlot(slot)).isEqualTo(1);
    awaitRead(keys.get(2), hit("made on the way"));
    awaitRead(keys.get(1), hit("stays"));
    List<TierKey> all = keys.stream().map(TierProbe::key).toList();
    await()
        .until(() -> join(tier.tier().getAll(all))
            .equals(List.of(hit("old"), hit("stays"), hit("made on the way"))));

    CLUSTER.moveKeys(slot, from, to);
    awaitRead(keys.get(0), hit("old"));
    assertThat(tier.put(keys.get(0), "new")).isEqualTo(Outcome.DONE);
    assertThat(tier.remove(keys.get(1))).isEqualTo(Outcome.DONE);
    CLUSTER.endMove(slot, from, to);

    awaitRead(keys.get(0), hit("new"));
    awaitRead(keys.get(1), Lookup.MISS);
    await().until(() -> tier.put(keys.get(2), "newer").equals(Outcome.DONE));
    awaitRead(keys.get(2), hit("newer"));
    CLUSTER.move(slot, to, from);
    awaitRead(keys.get(2), hit("newer"));
  }

  /**
   * Waits for the value: a read may be refused for a moment when a write was redirected from one server to another.
   */
  private void awaitRead(String key, Lookup expected) {
    await().until(() -> tier.get(key).equals(expected));
  }

  @Test
  void aRemovalTakesKeysThatMoveToWhereItHasBeen() {
    for (int i = 0; i < 30; i++) {
      tier.put("k" + i, "v");
    }
    AtomicBoolean moved = new AtomicBoolean();
    int[] move = new int[3];
    Outcome removed = join(tier.tier().removeMatching(SPACE, scanned -> {
      if (moved.compareAndSet(false, true)) {
        // The scan has already received this page of the node.
        move[1] = CLUSTER.owner(name(new String(scanned, UTF_8)));
        move[0] = CLUSTER.owner(slot("k" + firstOf(owner -> owner != move[1])));
        move[2] = slot("k" + firstOf(owner -> owner == move[0]));
        CLUSTER.move(move[2], move[0], move[1]);
      }
      return true;
    }));
    CLUSTER.move(move[2], move[1], move[0]);
    assertThat(removed).isEqualTo(new Outcome.Done(30));
    for (int i = 0; i < 30; i++) {
      awaitRead("k" + i, Lookup.MISS);
    }
  }

  @Test
  void aSlotThatNobodyServesIsRefusedUntilSomebodyDoes() {
    tier.put("k", "old");
    int owner = CLUSTER.owner(name("k"));
    CLUSTER.node(owner).clusterDelSlots(slot("k"));
    assertThat(tier.get("k")).isInstanceOf(Lookup.Refused.class);
    assertThat(tier.put("k", "new")).isInstanceOf(Outcome.Refused.class);
    CLUSTER.node(owner).clusterAddSlots(slot("k"));
    await().atMost(20, SECONDS).until(() -> {
      Lookup seen = tier.get("k"); // repeated, or removed if that took too long
      assertThat(seen).isNotEqualTo(hit("old"));
      return !(seen instanceof Lookup.Refused);
    });
    assertThat(tier.put("k", "newer")).isEqualTo(Outcome.DONE);
  }

  @Test
  void aServerThatJoinsAndOneThatOwnsNothingAreKnown() {
    await()
        .atMost(20, SECONDS)
        .until(() -> ((SharedTier) tier.tier()).sharedStats().servers() == CLUSTER.size());
  }

  private static int firstOf(IntPredicate owner) {
    return IntStream.range(0, 30)
        .filter(i -> owner.test(CLUSTER.owner(slotOfLast("k" + i))))
        .findFirst()
        .orElseThrow();
  }

  private static int slotOfLast(String key) {
    return SlotHash.getSlot("n" + (opened - 1) + ":cache::" + key);
  }

  /** Some keys of one slot of a node. */
  private List<String> keysOf(int node, int count) {
    String first = IntStream.range(0, 1_000)
        .mapToObj(i -> "s" + i)
        .filter(key -> CLUSTER.owner(slot(key)) == node)
        .findFirst()
        .orElseThrow();
    return IntStream.range(0, Integer.MAX_VALUE)
        .mapToObj(i -> "s" + i)
        .filter(key -> slot(key) == slot(first))
        .limit(count)
        .toList();
  }

  private int slot(String key) {
    return SlotHash.getSlot(name(key));
  }

  private String name(String key) {
    return namespace + ":cache::" + key;
  }
}
