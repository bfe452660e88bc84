package io.intelligentcache.redis.internal;

import static io.intelligentcache.redis.internal.TierProbe.SPACE;
import static io.intelligentcache.redis.internal.TierProbe.item;
import static io.intelligentcache.redis.internal.TierProbe.join;
import static io.intelligentcache.redis.internal.TierProbe.key;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.Effort;
import io.intelligentcache.redis.FaultProxy;
import io.intelligentcache.redis.Redis;
import io.intelligentcache.redis.RedisServerProcess;
import io.intelligentcache.tier.Lookup;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Reason;
import io.intelligentcache.tier.Tier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Many threads on a few hot keys. A read that starts after the call of a write has returned never sees a value from
 * before that write, whether the caller waited for the outcome, did not wait, or was refused.
 */
@ExtendWith(Effort.class)
final class RedisOrderStressTest {
  private static final int WRITERS = 4;
  private static final int READERS = 3;
  private static final int KEYS = 6;
  private static final long RUN_NANOS =
      Effort.of(Duration.ofMillis(700), Duration.ofSeconds(30)).toNanos();
  private static final long LONGEST_RUN_NANOS = SECONDS.toNanos(60); // until a value was seen

  private final RedisServerProcess server = RedisServerProcess.launch();
  private final FaultProxy proxy = FaultProxy.before(server.port());
  private final Queue<String> violations = new ConcurrentLinkedQueue<>();
  private final AtomicLong hits = new AtomicLong();
  private final AtomicLong done = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private final Set<Reason> reasons = ConcurrentHashMap.newKeySet();
  private final List<Hot> hot = new ArrayList<>();

  /** One key, whose writes are called one after the other, and the last write whose call has returned. */
  private static final class Hot {
    final String name;
    final ReentrantLock lock = new ReentrantLock();
    long version; // guarded by the lock
    volatile long returned;

    Hot(String name) {
      this.name = name;
    }
  }

  RedisOrderStressTest() {
    for (int i = 0; i < KEYS; i++) {
      hot.add(new Hot("hot" + i));
    }
  }

  @AfterEach
  void stop() {
    proxy.close();
    server.close();
  }

  @Test
  void readsNeverSeeLessThanTheLastWriteThatReturned() throws Exception {
    run(TierProbe.quick(server.url()).commandTimeout(Duration.ofSeconds(20)), false, () -> {});
    // Few callers wait for their writes. So during a pause of the machine more writes may be called
    // than the limit allows.
    assertThat(reasons).isSubsetOf(Reason.BUSY);
  }

  @Test
  void norWhenWritesAreRefusedBecauseTheQueueIsFull() throws Exception {
    run(TierProbe.quick(server.url()).maximumPending(3), true, () -> {});
  }

  @Test
  void norWhenConnectionsAreCutAndStalled() throws Exception {
    Redis redis = Redis.at(proxy.url())
        .commandTimeout(Duration.ofMillis(50))
        .connectTimeout(Duration.ofSeconds(1));
    run(redis, true, () -> {
      proxy.stallRequests();
      pause(ThreadLocalRandom.current().nextInt(120));
      if (ThreadLocalRandom.current().nextBoolean()) {
        proxy.cut();
      }
      proxy.heal();
      pause(100);
    });
  }

  private void run(Redis redis, boolean refusals, Runnable disturbance) throws Exception {
    ExecutorService threads = Executors.newCachedThreadPool();
    try (TierProbe probe = TierProbe.open(redis)) {
      long started = System.nanoTime();
      BooleanSupplier over = () -> isOver(System.nanoTime() - started, refusals);
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < WRITERS; i++) {
        running.add(threads.submit(() -> until(over, () -> write(probe.tier()))));
      }
      for (int i = 0; i < READERS; i++) {
        running.add(threads.submit(() -> until(over, () -> read(probe.tier()))));
      }
      running.add(threads.submit(() -> until(over, () -> sweepOthers(probe.tier()))));
      running.add(threads.submit(() -> until(over, () -> {
        disturbance.run();
        pause(1);
      })));
      for (Future<?> each : running) {
        each.get(2 * LONGEST_RUN_NANOS, NANOSECONDS);
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(violations).isEmpty();
    assertThat(sawAll(refusals))
        .as("%s hits, %s done, %s refused", hits, done, refused)
        .isTrue();
  }

  private boolean isOver(long ranNanos, boolean refusals) {
    return ranNanos > RUN_NANOS && (sawAll(refusals) || ranNanos > LONGEST_RUN_NANOS);
  }

  private boolean sawAll(boolean refusals) {
    return hits.get() > 0 && done.get() > 0 && (!refusals || refused.get() > 0);
  }

  private static void until(BooleanSupplier over, Runnable step) {
    while (!over.getAsBoolean()) {
      step.run();
    }
  }

  private void write(Tier tier) {
    Hot key = any();
    CompletableFuture<Outcome> outcome;
    key.lock.lock();
    try {
      outcome = writeLocked(tier, key);
      if (oneIn(4)) {
        join(outcome); // while others wait for the lock: the next write begins after this is done
      }
    } finally {
      key.lock.unlock();
    }
    if (oneIn(8)) {
      join(outcome); // the others are not waited for
    }
  }

  private CompletableFuture<Outcome> writeLocked(Tier tier, Hot key) {
    long version = ++key.version;
    CompletableFuture<Outcome> outcome = oneIn(20)
        ? tier.remove(key(key.name))
        : tier.put(key(key.name), item(String.valueOf(version)));
    key.returned = version;
    return outcome.whenComplete((answer, failure) -> {
      if (answer instanceof Outcome.Refused refusal) {
        reasons.add(refusal.why());
        refused.incrementAndGet();
      } else {
        done.incrementAndGet();
      }
    });
  }

  private void read(Tier tier) {
    if (oneIn(2)) {
      Hot key = any();
      long least = key.returned;
      check(key, least, join(tier.get(key(key.name))));
    } else if (oneIn(2)) {
      List<Long> least = hot.stream().map(key -> key.returned).toList();
      List<Lookup> found =
          join(tier.getAll(hot.stream().map(key -> key(key.name)).toList()));
      for (int i = 0; i < KEYS; i++) {
        check(hot.get(i), least.get(i), found.get(i));
      }
    } else {
      readAndWriteInCallback(tier, any());
    }
  }

  /** Calls from the thread that completes the replies, as a fill or a promotion may do. */
  private void readAndWriteInCallback(Tier tier, Hot key) {
    join(tier.get(key(key.name)).thenCompose(ignored -> {
      if (key.lock.tryLock()) {
        try {
          var unused = writeLocked(tier, key);
        } finally {
          key.lock.unlock();
        }
      }
      long least = key.returned;
      return tier.get(key(key.name)).thenAccept(found -> check(key, least, found));
    }));
  }

  private void check(Hot key, long least, Lookup found) {
    if (found instanceof Lookup.Hit hit) {
      hits.incrementAndGet();
      long version = Long.parseLong(new String(hit.item().payload(), UTF_8));
      if (version < least) {
        violations.add(key.name + ": " + version + " after " + least + " had returned");
      }
    }
  }

  private void sweepOthers(Tier tier) {
    for (int i = 0; i < 20; i++) {
      var unused = tier.put(key("other" + i), item("o"));
    }
    join(tier.removeMatching(SPACE, name -> name[0] == 'o'));
    pause(2);
  }

  private Hot any() {
    return hot.get(ThreadLocalRandom.current().nextInt(KEYS));
  }

  private static boolean oneIn(int n) {
    return ThreadLocalRandom.current().nextInt(n) == 0;
  }

  /** Lets the other threads run for a while. The result does not depend on how long. */
  private static void pause(int millis) {
    try {
      var unused = new CountDownLatch(1).await(millis, MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
