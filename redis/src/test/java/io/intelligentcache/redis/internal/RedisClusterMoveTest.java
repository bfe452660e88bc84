package io.intelligentcache.redis.internal;

import static io.intelligentcache.redis.internal.TierProbe.hit;
import static io.intelligentcache.redis.internal.TierProbe.item;
import static io.intelligentcache.redis.internal.TierProbe.join;
import static io.intelligentcache.redis.internal.TierProbe.key;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.redis.Redis;
import io.intelligentcache.redis.RedisCluster;
import io.intelligentcache.tier.Lookup;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Reason;
import io.lettuce.core.cluster.SlotHash;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Slots that move between nodes under load, and behind a node that is slow to answer. */
final class RedisClusterMoveTest {
  private static final int KEYS = 12;

  private final RedisCluster cluster = RedisCluster.behindProxies(2);
  private final SkippingScheduler scheduler = new SkippingScheduler();
  private final TierProbe tier = open();
  private final TierProbe other = open();
  private final ExecutorService threads = Executors.newCachedThreadPool();

  private TierProbe open() {
    return TierProbe.open(
        Redis.cluster(cluster.url())
            .commandTimeout(Duration.ofSeconds(60))
            .connectTimeout(Duration.ofSeconds(10)),
        scheduler);
  }

  @AfterEach
  void stop() {
    threads.shutdown();
    tier.close();
    other.close();
    scheduler.close();
    cluster.close();
  }

  @Test
  void aWriteThatIsStuckOnItsWayToTheFormerOwnerHidesWhatTheNextOneHas() {
    int slot = slot("k");
    String inSlot = IntStream.iterate(0, i -> i + 1)
        .mapToObj(i -> "k" + i)
        .filter(key -> slot(key) == slot)
        .findFirst()
        .orElseThrow();
    int from = cluster.owner(slot);
    int to = 1 - from;
    tier.put("k", "old");
    cluster.proxy(from).stallRequests();
    CompletableFuture<Outcome> put = tier.tier().put(key("k"), item("new"));
    cluster.move(slot, from, to);
    long before = cluster.raw(to).executed("getrange");
    await().atMost(20, SECONDS).pollInterval(100, MILLISECONDS).until(() -> {
      scheduler.skip(Duration.ofSeconds(1)); // the former owner does not answer
      var unused = tier.tier().get(key(inSlot)); // sent to the owner that is known here
      return cluster.raw(to).executed("getrange") > before;
    });
    assertThat(cluster.node(to).exists("icm:cache::k")).isEqualTo(1);
    assertThat(tier.get("k")).isIn(new Lookup.Refused(Reason.BROKEN), Lookup.MISS);
    cluster.proxy(from).heal();
    assertThat(TierProbe.done(join(put))).isEqualTo(Outcome.DONE);
    await().atMost(20, SECONDS).until(() -> tier.get("k").equals(hit("new")));
  }

  /**
   * Each key has one writer, which counts up. No reader, in any instance, may see a smaller number than one that was
   * acknowledged before its read. In the writer's instance, no reader may see a smaller number than one whose write
   * was called before. After each move, both instances find the key again.
   */
  @Test
  void noOlderValueIsSeenWhileSlotsMoveUnderLoad() throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    AtomicLongArray acknowledged = new AtomicLongArray(KEYS);
    AtomicLongArray hits = new AtomicLongArray(KEYS);
    AtomicLongArray hitsElsewhere = new AtomicLongArray(KEYS);
    List<CompletableFuture<?>> workers = new ArrayList<>();
    for (int worker = 0; worker < 2; worker++) {
      int first = worker * KEYS / 2;
      workers.add(CompletableFuture.runAsync(
          () -> writeAndRead(over, acknowledged, hits, first, first + KEYS / 2), threads));
      workers.add(
          CompletableFuture.runAsync(() -> read(over, acknowledged, hitsElsewhere), threads));
    }
    for (int round = 0; round < 4; round++) {
      for (int k = 0; k < KEYS; k++) {
        int slot = slot("k" + k);
        int from = cluster.owner(slot);
        cluster.move(slot, from, 1 - from);
        int moved = k;
        long before = hits.get(k);
        long beforeElsewhere = hitsElsewhere.get(k);
        await()
            .atMost(20, SECONDS)
            .until(() -> workers.stream().anyMatch(CompletableFuture::isDone) // one has failed
                || (hits.get(moved) > before && hitsElsewhere.get(moved) > beforeElsewhere));
      }
    }
    over.set(true);
    for (CompletableFuture<?> worker : workers) {
      worker.get(30, SECONDS);
    }
    for (int k = 0; k < KEYS; k++) {
      tier.awaitOwner(cluster, "k" + k);
      other.awaitOwner(cluster, "k" + k);
      assertThat(tier.put("k" + k, "last")).isEqualTo(Outcome.DONE);
      assertThat(other.get("k" + k)).isEqualTo(hit("last"));
    }
  }

  private void writeAndRead(
      AtomicBoolean over,
      AtomicLongArray acknowledged,
      AtomicLongArray hits,
      int fromKey,
      int toKey) {
    for (long n = 1; !over.get(); n++) {
      for (int k = fromKey; k < toKey; k++) {
        CompletableFuture<Outcome> put = tier.tier().put(key("k" + k), item("" + n));
        Lookup seen = tier.get("k" + k); // before the put is acknowledged
        if (seen instanceof Lookup.Hit) {
          hits.incrementAndGet(k);
          assertThat(number(seen)).as("k%s", k).isEqualTo(n);
        }
        if (join(put) instanceof Outcome.Done) {
          acknowledged.set(k, n);
        }
      }
    }
  }

  private void read(AtomicBoolean over, AtomicLongArray acknowledged, AtomicLongArray hits) {
    while (!over.get()) {
      for (int k = 0; k < KEYS; k++) {
        long least = acknowledged.get(k);
        Lookup seen = other.get("k" + k);
        if (seen instanceof Lookup.Hit) {
          hits.incrementAndGet(k);
          assertThat(number(seen)).as("k%s", k).isGreaterThanOrEqualTo(least);
        }
      }
    }
  }

  private static long number(Lookup seen) {
    return Long.parseLong(new String(((Lookup.Hit) seen).item().payload(), UTF_8));
  }

  private static int slot(String key) {
    return SlotHash.getSlot("icm:cache::" + key);
  }
}
