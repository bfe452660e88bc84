package io.intelligentcache.all;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.tier.Changes;
import io.intelligentcache.tier.Claim;
import io.intelligentcache.tier.Condition;
import io.intelligentcache.tier.ForwardingSharedTier;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Reason;
import io.intelligentcache.tier.SharedTier;
import io.intelligentcache.tier.TierContext;
import io.intelligentcache.tier.TierFactory;
import io.intelligentcache.tier.TierKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What goes wrong where one part of the protocol is missing. Each schedule is one that the other tests
 * of coherence show to end well.
 */
final class NeededMechanismsTest extends SharedRedis {
  private static final Duration FAR_BEYOND_THE_BOUND = Instance.BOUND.plusMillis(600);

  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

  /** Hears what a tier tells, and passes on all of it unless a test says otherwise. */
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
    public void changedUnknown() {
      to.changedUnknown();
    }

    @Override
    public void heardUntil(long nanos) {
      to.heardUntil(nanos);
    }
  }

  @AfterEach
  void close() {
    timer.shutdownNow();
  }

  private Instance instance(UnaryOperator<TierFactory> altered) {
    Instance instance =
        new Instance(server, namespace, directory.resolve("d" + instances.size()), altered);
    instances.add(instance);
    return instance;
  }

  private Instance instance() {
    return instance(factory -> factory);
  }

  /** Whether an instance answers the old value even long after the change. */
  private static boolean staysOld(Instance instance) {
    long began = System.nanoTime();
    while (System.nanoTime() - began < FAR_BEYOND_THE_BOUND.toNanos()) {
      if (!"old".equals(instance.cache.get("k"))) {
        return false;
      }
    }
    return true;
  }

  @Test
  void withoutTheWatermarkASilentConnectionIsTakenForGoodNews() {
    Instance one = instance();
    Instance other = instance(redisTier -> context -> {
      var unused = timer.scheduleAtFixedRate(
          () -> context.changes().heardUntil(context.time().nanos()), 0, 50, TimeUnit.MILLISECONDS);
      return redisTier.open(context);
    });
    one.cache.put("k", "old");
    other.warm("k");
    other.network.stallFeeds();
    one.cache.put("k", "new");
    assertThat(staysOld(other)).isTrue();
  }

  @Test
  void withoutGenerationsWhatWasMissedWhileReconnectingIsMissedForGood() {
    Instance one = instance();
    Instance other = instance(redisTier ->
        context -> redisTier.open(new TierContext(context.time(), new Passing(context.changes()) {
          @Override
          public void changedUnknown() {}
        })));
    one.cache.put("k", "old");
    other.warm("k");
    other.network.refuse();
    other.network.cutFeeds();
    await().until(() -> other.hearing().window().toMillis() > 300);
    one.cache.put("k", "new");
    other.network.heal();
    other.awaitHearing();
    assertThat(staysOld(other)).isTrue();
  }

  @Test
  void withoutTheFenceAChangeDuringAReadIsForgotten() {
    AtomicInteger reading = new AtomicInteger();
    Instance one = instance();
    Instance other = instance(redisTier ->
        context -> redisTier.open(new TierContext(context.time(), new Passing(context.changes()) {
          @Override
          public void changed(TierKey key) {
            if (reading.get() == 0) { // as if nothing were there yet that it could concern
              super.changed(key);
            }
          }
        })));
    one.cache.put("k", "old");
    long asked = redis.keysAsked();
    other.network.stallReplies();
    reading.set(1);
    CompletableFuture<String> late = other.cache.async().get("k");
    await().until(() -> redis.keysAsked() > asked);
    long hits = redis.keysAsked();
    one.cache.put("k", "new");
    await().until(() -> redis.keysAsked() > hits);
    other.network.heal();
    assertThat(late.join()).isEqualTo("old");
    assertThat(staysOld(other)).isTrue();
  }

  @Test
  void withoutVersionsALatePutWins() {
    Instance one = instance();
    Instance other = instance();
    one.cache.put("k", "old");
    byte[] late = redis.commands().get(name());
    one.cache.put("k", "new");
    redis.commands().set(name(), late); // what a plain SET does that was stuck in the network
    await().until(() -> "old".equals(other.cache.get("k")));
    assertThat(staysOld(other)).isTrue();
  }

  @Test
  void withoutATombstoneALatePutComesBack() {
    Instance one = instance();
    Instance other = instance();
    one.cache.put("k", "old");
    byte[] late = redis.commands().get(name());
    redis.commands().del(name()); // what leaves nothing to refuse by
    redis.commands().set(name(), late);
    await().until(() -> "old".equals(other.cache.get("k")));
    assertThat(staysOld(other)).isTrue();
  }

  @Test
  void withoutTheLeaseEveryInstanceLoads() {
    AtomicInteger loads = new AtomicInteger();
    CountDownLatch together = new CountDownLatch(2);
    UnaryOperator<TierFactory> noLease =
        redisTier -> context -> new ForwardingSharedTier((SharedTier) redisTier.open(context)) {
          @Override
          public CompletableFuture<Claim> claim(TierKey key, Duration life) {
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
      assertThat(mayEnd.await(20, SECONDS)).isTrue();
      return "old";
    });
    assertThat(loading.await(20, SECONDS)).isTrue();
    other.cache.invalidate("k");
    redis.letPass(200); // a removal is dated ahead by as much as its writer's clock may be wrong
    mayEnd.countDown();
    late.join();
    await().until(() -> "old".equals(other.cache.get("k")));
    assertThat(staysOld(other)).isTrue();
  }

  private String name() {
    return namespace + ":c::k";
  }
}
