package io.intelligentcache.all;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.internal.tier.ForwardingSharedTier;
import io.intelligentcache.tier.Changes;
import io.intelligentcache.tier.Claim;
import io.intelligentcache.tier.Condition;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Reason;
import io.intelligentcache.tier.SharedTier;
import io.intelligentcache.tier.SharedTierFactory;
import io.intelligentcache.tier.TierContext;
import io.intelligentcache.tier.TierKey;
import io.intelligentcache.tier.Version;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Shows what goes wrong if one part of the protocol is missing. The other tests of coherence show that
 * each of these schedules ends well with the whole protocol.
 */
final class NeededMechanismsTest extends SharedRedis {
  private static final Duration FAR_BEYOND_THE_BOUND = Instance.BOUND.plusMillis(600);

  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

  /** Receives the changes of a tier and passes all of them on, unless a test overrides that. */
  private static class Passing implements Changes {
    final Changes to;

    Passing(Changes to) {
      this.to = to;
    }

    @Override
    public void changed(TierKey key) {
      to.changed(key);
    }

    @Override
    public void missed() {
      to.missed();
    }

    @Override
    public void receivedUntil(long nanos) {
      to.receivedUntil(nanos);
    }
  }

  @AfterEach
  void close() {
    timer.shutdownNow();
  }

  private Instance instance(UnaryOperator<SharedTierFactory> altered) {
    Instance instance =
        new Instance(server, namespace, directory.resolve("d" + instances.size()), altered);
    instances.add(instance);
    return instance;
  }

  private Instance instance() {
    return instance(factory -> factory);
  }

  /**
   * Runs a schedule until it ends as badly as expected. It is repeated, because a pause of
   * the machine may prevent that.
   */
  private static void endsBadly(Schedule schedule) throws Exception {
    boolean stays = false;
    for (int round = 0; round < 3 && !stays; round++) {
      String key = "k" + round;
      stays = staysOld(schedule.on(key), key);
    }
    assertThat(stays).isTrue();
  }

  private interface Schedule {
    /** Makes an instance hold an old value of a key, and returns that instance. */
    Instance on(String key) throws Exception;
  }

  /** Whether an instance still returns the old value long after the change. */
  private static boolean staysOld(Instance instance, String key) {
    try {
      await()
          .during(FAR_BEYOND_THE_BOUND)
          .atMost(FAR_BEYOND_THE_BOUND.plusSeconds(1))
          .until(() -> "old".equals(instance.cache.get(key)));
      return true;
    } catch (ConditionTimeoutException changed) {
      return false;
    }
  }

  @Test
  void withoutTheWatermarkASilentConnectionIsTakenForGoodNews() throws Exception {
    endsBadly(key -> {
      Instance one = instance();
      Instance other = instance(redisTier -> context -> {
        var unused = timer.scheduleAtFixedRate(
            () -> context.changes().receivedUntil(context.time().nanos()),
            0,
            50,
            TimeUnit.MILLISECONDS);
        return redisTier.open(context);
      });
      one.cache.put(key, "old");
      other.warm(key);
      other.network.stallFeeds();
      other.network.refuse(); // the next connection would repair this
      one.cache.put(key, "new");
      return other;
    });
  }

  @Test
  void withoutGenerationsWhatWasMissedWhileReconnectingIsMissedForGood() throws Exception {
    endsBadly(key -> {
      Instance one = instance();
      Instance other = instance(redisTier -> context -> redisTier.open(
          new TierContext(context.time(), context.scheduler(), new Passing(context.changes()) {
            @Override
            public void missed() {}
          })));
      one.cache.put(key, "old");
      other.warm(key);
      other.network.refuse();
      other.network.cutFeeds();
      await().until(() -> other.hearing().window().toMillis() > 300);
      one.cache.put(key, "new");
      other.network.heal();
      other.awaitHearing();
      return other;
    });
  }

  @Test
  void withoutTheFenceAChangeDuringAReadIsForgotten() throws Exception {
    endsBadly(key -> {
      AtomicInteger reading = new AtomicInteger();
      Instance one = instance();
      Instance other = instance(redisTier -> context -> redisTier.open(new TierContext(
          context.time(), context.scheduler(), new Passing(context.changes()) {
            @Override
            public void changed(TierKey changed) {
              if (reading.get() == 0) { // as if no read were running
                super.changed(changed);
              }
            }
          })));
      one.cache.put(key, "old");
      long asked = redis.keysAsked();
      other.network.stallReplies();
      reading.set(1);
      CompletableFuture<String> late = other.cache.async().get(key);
      await().until(() -> redis.keysAsked() > asked);
      long hits = redis.keysAsked();
      one.cache.put(key, "new");
      await().until(() -> redis.keysAsked() > hits);
      other.network.heal();
      assertThat(late.join()).isEqualTo("old");
      return other;
    });
  }

  @Test
  void withoutVersionsALatePutWins() throws Exception {
    endsBadly(key -> {
      Instance one = instance();
      Instance other = instance();
      one.cache.put(key, "old");
      byte[] late = redis.commands().get(name(key));
      one.cache.put(key, "new");
      redis.commands().set(name(key), late); // a late plain SET does this
      await().until(() -> "old".equals(other.cache.get(key)));
      return other;
    });
  }

  @Test
  void withoutATombstoneALatePutComesBack() throws Exception {
    endsBadly(key -> {
      Instance one = instance();
      Instance other = instance();
      one.cache.put(key, "old");
      byte[] late = redis.commands().get(name(key));
      redis.commands().del(name(key)); // leaves no version to compare with
      redis.commands().set(name(key), late);
      await().until(() -> "old".equals(other.cache.get(key)));
      return other;
    });
  }

  @Test
  void withoutTheLeaseEveryInstanceLoads() {
    AtomicInteger loads = new AtomicInteger();
    CountDownLatch together = new CountDownLatch(2);
    UnaryOperator<SharedTierFactory> noLease =
        redisTier -> context -> new ForwardingSharedTier((SharedTier) redisTier.open(context)) {
          @Override
          public CompletableFuture<Claim> claim(
              TierKey key, Duration life, Version known, Version unreadable) {
            return CompletableFuture.completedFuture(new Claim.Refused(Reason.OPEN));
          }
        };
    List<CompletableFuture<String>> reads = new ArrayList<>();
    for (Instance instance : List.of(instance(noLease), instance(noLease))) {
      reads.add(instance.cache.async().get("k", key -> {
        loads.incrementAndGet();
        together.countDown();
        assertThat(together.await(20, SECONDS)).isTrue();
        return "v";
      }));
    }
    reads.forEach(CompletableFuture::join);
    assertThat(loads).hasValue(2);
  }

  @Test
  void withoutTheLeasesConditionALateLoadIsKept() throws Exception {
    CountDownLatch loading = new CountDownLatch(1);
    CountDownLatch mayEnd = new CountDownLatch(1);
    Instance one = instance(redisTier ->
        context -> new ForwardingSharedTier((SharedTier) redisTier.open(context)) {
          @Override
          public CompletableFuture<Outcome> putIf(Entry entry, Condition condition) {
            return put(entry.key(), entry.item());
          }
        });
    Instance other = instance();
    CompletableFuture<String> late = one.cache.async().get("k", key -> {
      loading.countDown();
      assertThat(mayEnd.await(60, SECONDS)).isTrue();
      return "old";
    });
    assertThat(loading.await(20, SECONDS)).isTrue();
    other.cache.invalidate("k");
    redis.letPass(aheadMillis(one) + aheadMillis(other));
    mayEnd.countDown();
    late.join();
    await().until(() -> "old".equals(other.cache.get("k")));
    assertThat(staysOld(other, "k")).isTrue();
  }

  /**
   * The time by which the version of a removal may be ahead: it depends on
   * the clock error of its writer.
   */
  private static long aheadMillis(Instance instance) {
    return 100
        + 2 * Objects.requireNonNull(instance.manager.stats().shared()).clockErrorMicros() / 1_000;
  }

  private String name(String key) {
    return namespace + ":c::" + key;
  }
}
