package io.intelligentcache.all;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.Freshness;
import io.intelligentcache.LoadException;
import io.intelligentcache.Loader;
import io.intelligentcache.redis.Redis;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What instances can rely on if Redis refuses requests, loses data or holds damaged values. */
final class SharedTroubleTest extends SharedInstances {
  @AfterEach
  void restore() {
    redis.commands().configSet("maxmemory", "0");
  }

  private String slow(String key) throws InterruptedException {
    holdOn();
    return "old";
  }

  @Test
  void whoComesLateToASearchThatTookLongerThanTheBoundDoesNotGetWhatItBrings() {
    Instance one = instance();
    Instance other = new Instance(
        server,
        namespace,
        directory.resolve("patient"),
        tier -> ((Redis) tier).commandTimeout(Duration.ofSeconds(10)));
    instances.add(other);
    one.cache.put("k", "old");
    long asked = redis.keysAsked();
    other.network.stallReplies();
    CompletableFuture<String> early = other.cache.async().get("k");
    await().until(() -> redis.keysAsked() > asked);
    one.cache.put("k", "new");
    long changed = System.nanoTime();
    await().until(() -> System.nanoTime() - changed > Instance.BOUND.toNanos());
    CompletableFuture<String> late = other.cache.async().get("k");
    CompletableFuture<Map<String, String>> lateAll = other.cache.async().getAll(List.of("k"));
    await().during(Duration.ofMillis(200)).until(() -> !early.isDone()); // both have joined
    other.network.heal();
    assertThat(early.join()).isEqualTo("old");
    assertThat(late.join()).isEqualTo("new");
    assertThat(lateAll.join()).containsEntry("k", "new");
  }

  @Test
  void whatWasLoadedWhileRedisHadNoRoomIsForgottenWhenAnotherInstanceRemovesIt() {
    Instance one = instance();
    Instance other = instance();
    redis.commands().configSet("maxmemory", "1");
    assertThat(other.cache.get("k", key -> "old")).isEqualTo("old");
    one.cache.invalidate("k");
    await().until(() -> "new".equals(other.cache.get("k", key -> "new")));
  }

  @Test
  void anAbsenceThatNobodyElseCanKnowOfEndsWhenAnotherInstanceClearsTheCache() {
    Instance one = instance();
    Instance other =
        instance(spec -> spec.freshness(Freshness.none().absenceTtl(Duration.ofMinutes(1))));
    redis.commands().configSet("maxmemory", "1");
    assertThat(other.cache.get("k", key -> null)).isNull();
    redis.commands().configSet("maxmemory", "0");
    one.cache.clear();
    await().until(() -> "new".equals(other.cache.get("k", key -> "new")));
  }

  @Test
  void aLeaseWhoseValueRedisRefusedHoldsUpNobody() {
    Instance one = instance();
    Instance other = instance();
    assertThat(one.cache.get("k", key -> {
          redis.commands().configSet("maxmemory", "1");
          return "v";
        }))
        .isEqualTo("v");
    await().until(() -> one.manager.stats().redis().refused() > 0); // after the answer
    redis.commands().configSet("maxmemory", "0");
    assertThat(soon(other.cache.async().get("k", key -> "again"))).isEqualTo("again");
  }

  @Test
  void aLeaseThatWasLostWithItsConnectionDoesNotHoldUpItsOwnInstance() {
    Instance one = instance();
    assertThat(one.cache.get("k", key -> {
          one.network.cut();
          return "v";
        }))
        .isEqualTo("v");
    await().until(() -> one.manager.stats().redis().available());
    await().until(() -> "again".equals(soon(one.cache.async().get("k", key -> "again"))));
  }

  /** Waits for a read, for less than the duration of another load's lease. */
  private static String soon(CompletableFuture<String> read) {
    return read.orTimeout(Instance.PATIENCE.toMillis() / 2, MILLISECONDS).join();
  }

  @Test
  void theLeaseOfAnInstanceThatDiedLeavesOthersTimeToLoad() {
    List<String> tries = List.of("a", "b", "c"); // a long pause spoils one try
    assertThat(tries.stream().anyMatch(this::loadsBesideADeadLease)).isTrue();
  }

  private boolean loadsBesideADeadLease(String key) {
    Duration loadTimeout = Duration.ofSeconds(8);
    Instance one = instance(loadTimeout);
    Instance other = instance(loadTimeout);
    var unused = one.cache.async().get(key, this::slow);
    await().until(() -> one.cache.stats().loads() == 1);
    one.network.refuse();
    one.network.cut();
    try {
      return "other".equals(other.cache.get(key, name -> "other"));
    } catch (LoadException late) {
      return false;
    }
  }

  @Test
  void whoComesLongAfterARemovalDoesNotGetWhatWasBeingLoadedBefore() {
    Instance one = instance();
    Instance other = instance();
    CompletableFuture<String> early = other.cache.async().get("k", this::slow);
    await().until(() -> loading.getCount() == 0);
    one.cache.invalidate("k");
    long removed = System.nanoTime();
    await().until(() -> System.nanoTime() - removed > Instance.BOUND.toNanos());
    long asked = redis.keysAsked();
    CompletableFuture<String> late = other.cache.async().get("k", key -> "new");
    CompletableFuture<Map<String, String>> lateAll =
        other.cache.async().getAll(List.of("k"), Loader.bulk(keys -> Map.of("k", "new")));
    await().until(() -> redis.keysAsked() > asked);
    await()
        .during(Duration.ofMillis(200))
        .until(() -> !early.isDone()); // both are past their search
    mayEnd.countDown();
    assertThat(early.join()).isEqualTo("old");
    assertThat(late.join()).isEqualTo("new");
    assertThat(lateAll.join()).containsEntry("k", "new");
  }

  @Test
  void whoComesLateToALoadTakesWhatItBroughtIfThatIsStillRight() {
    Instance one = instance();
    CompletableFuture<String> early = one.cache.async().get("k", this::slow);
    await().until(() -> loading.getCount() == 0);
    long began = System.nanoTime();
    await().until(() -> System.nanoTime() - began > Instance.BOUND.toNanos());
    CompletableFuture<String> late = one.cache.async().get("k", key -> "again");
    mayEnd.countDown();
    assertThat(early.join()).isEqualTo("old");
    assertThat(late.join()).isEqualTo("old");
    assertThat(one.cache.stats().loads()).isEqualTo(1);
  }

  @Test
  void aDamagedValueIsReplacedByWhatIsLoaded() {
    Instance one = instance();
    one.cache.put("k", "v");
    damage("k");
    Instance other = instance();
    Instance third = instance();
    await().until(() -> {
      other.cache.get("k", key -> "loaded");
      return "loaded".equals(third.cache.get("k"));
    });
  }

  @Test
  void anAtomicOperationWritesOverADamagedValue() {
    Instance one = instance();
    one.cache.put("k", "v");
    damage("k");
    assertThat(one.cache.putIfAbsent("k", "x")).isNull();
  }

  private void damage(String key) {
    String name = namespace + ":c::" + key;
    byte[] bytes = redis.commands().get(name);
    bytes[bytes.length - 1] ^= 1;
    redis.commands().set(name, bytes);
  }

  @Test
  void aWeigherThatFailsOnWhatAnotherInstanceLoadedFailsNoRead() {
    Instance one = instance();
    Instance other = instance(spec -> spec.weigher((key, value) -> {
      throw new IllegalStateException("can't weigh");
    }));
    CompletableFuture<String> early = one.cache.async().get("k", this::slow);
    await().until(() -> loading.getCount() == 0);
    CompletableFuture<String> waits = other.cache.async().get("k", key -> "own");
    mayEnd.countDown();
    assertThat(early.join()).isEqualTo("old");
    assertThat(waits.join()).isIn("old", "own");
  }
}
