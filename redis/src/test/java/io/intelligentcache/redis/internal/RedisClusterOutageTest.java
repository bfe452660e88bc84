package io.intelligentcache.redis.internal;

import static io.intelligentcache.redis.internal.TierProbe.SPACE;
import static io.intelligentcache.redis.internal.TierProbe.hit;
import static io.intelligentcache.redis.internal.TierProbe.item;
import static io.intelligentcache.redis.internal.TierProbe.join;
import static io.intelligentcache.redis.internal.TierProbe.key;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.redis.Redis;
import io.intelligentcache.redis.RedisCluster;
import io.intelligentcache.tier.Lookup;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** If a node dies or hangs, its own keys are refused within the deadline, and no others. */
final class RedisClusterOutageTest {
  private final RedisCluster cluster = RedisCluster.withSpares(3, 1);
  private final Redis config =
      Redis.cluster(cluster.url()).commandTimeout(Duration.ofSeconds(20)).maximumPending(200);
  private final TierProbe tier = TierProbe.open(config);

  @AfterEach
  void stop() {
    tier.close();
    cluster.close();
  }

  @Test
  void aNodeThatDiesAndComesBackIsUsedAgain() throws Exception {
    List<String> lost = keysOf(1);
    List<String> kept = keysOf(0);
    lost.forEach(k -> tier.put(k, "v"));
    kept.forEach(k -> tier.put(k, "v"));
    cluster.server(1).kill();
    await().atMost(20, SECONDS).until(() -> tier.get(lost.get(0)) instanceof Lookup.Refused);
    for (String k : lost) {
      assertThat(tier.get(k)).isInstanceOf(Lookup.Refused.class);
      assertThat(tier.remove(k)).isInstanceOf(Outcome.Refused.class);
    }
    for (String k : kept) {
      assertThat(tier.get(k)).isEqualTo(hit("v"));
      assertThat(tier.put(k, "w")).isEqualTo(Outcome.DONE);
      assertThat(tier.get(k)).isEqualTo(hit("w"));
    }
    assertThat(tier.tier().stats().available()).isTrue();
    assertThat(join(tier.tier().clear(SPACE))).isEqualTo(new Outcome.Refused(Reason.OPEN));
    assertThat(tier.get(kept.get(0))).isNotInstanceOf(Lookup.Hit.class);
    cluster.server(1).start();
    await().atMost(20, SECONDS).until(() -> tier.put(lost.get(0), "x").equals(Outcome.DONE));
    await().atMost(20, SECONDS).until(() -> tier.get(lost.get(0)).equals(hit("x")));
  }

  @Test
  void aNodeThatHangsDoesNotHoldUpTheOthers() {
    List<String> slow = keysOf(1);
    List<String> well = keysOf(0);
    well.forEach(k -> tier.put(k, "v"));
    TierProbe hasty = TierProbe.open(config.commandTimeout(Duration.ofMillis(500)));
    cluster.server(1).freeze();
    assertThat(hasty.get(slow.get(0))).isInstanceOf(Lookup.Refused.class);
    hasty.close();
    List<CompletableFuture<Lookup>> hanging = new ArrayList<>();
    for (int i = 0; i < 300; i++) { // more than the limit
      hanging.add(tier.tier().get(key(slow.get(i % slow.size()))));
    }
    for (String k : well) {
      assertThat(tier.get(k)).isEqualTo(hit("v"));
    }
    for (String k : well) {
      assertThat(tier.put(k, "w")).isEqualTo(Outcome.DONE);
    }
    // One of them may be the look at the clock, for which the same limit counts.
    assertThat(hanging.subList(0, 199)).noneMatch(CompletableFuture::isDone);
    assertThat(hanging.subList(200, 300))
        .allMatch(get -> join(get).equals(new Lookup.Refused(Reason.BUSY)));
    cluster.server(1).thaw();
    hanging.forEach(TierProbe::join);
    await().atMost(20, SECONDS).until(() -> tier.put(slow.get(0), "x").equals(Outcome.DONE));
  }

  @Test
  void keysOfADeadNodeDoNotKeepOthersFromBeingMadeUpFor() {
    String well = keysOf(0).get(0);
    tier.put(well, "old");
    cluster.server(1).kill();
    for (int i = 0; i < 5_000; i++) { // a third of them on the dead node
      var unused = tier.tier().remove(key("dead" + i));
    }
    cluster.node(0).configSet("maxmemory", "1");
    await()
        .atMost(20, SECONDS)
        .until(() -> tier.put(well, "new").equals(new Outcome.Refused(Reason.BROKEN)));
    cluster.node(0).configSet("maxmemory", "0");
    await().atMost(20, SECONDS).until(() -> tier.get(well).equals(Lookup.MISS));
  }

  @Test
  void aReplicaThatTakesOverIsFound() {
    String primary = cluster.node(1).clusterMyId();
    cluster.node(3).clusterReplicate(primary);
    await()
        .atMost(20, SECONDS)
        .pollInterval(20, MILLISECONDS)
        .until(() -> cluster.node(3).info("replication").contains("master_link_status:up"));
    List<String> keys = keysOf(1);
    keys.forEach(k -> tier.put(k, "v"));
    cluster.node(1).waitForReplication(1, 5_000);
    cluster.failOverSoon();
    cluster.server(1).kill();
    var unused = tier.tier().put(key(keys.get(0)), item("lost"));
    await().atMost(30, SECONDS).until(() -> tier.put(keys.get(0), "w").equals(Outcome.DONE));
    await().atMost(20, SECONDS).until(() -> tier.get(keys.get(0)).equals(hit("w")));
    await().atMost(20, SECONDS).until(() -> tier.get(keys.get(1)).equals(hit("v")));
    await()
        .atMost(20, SECONDS)
        .until(
            () -> join(tier.tier().clear(SPACE)) instanceof Outcome.Done); // without the dead one
  }

  private List<String> keysOf(int node) {
    return IntStream.range(0, 100)
        .mapToObj(i -> "k" + i)
        .filter(k -> cluster.owner("icm:cache::" + k) == node)
        .limit(10)
        .toList();
  }
}
