package io.intelligentcache.internal.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.internal.memory.ForwardingPolicy;
import io.intelligentcache.internal.memory.MemoryEngine;
import io.intelligentcache.internal.memory.MemoryTable;
import io.intelligentcache.internal.memory.Policies;
import io.intelligentcache.internal.time.CoarseTime;
import io.intelligentcache.tier.FakeScheduler;
import io.intelligentcache.tier.FakeTime;
import io.intelligentcache.tier.Scheduler;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class ExpiryWorkTest {
  @Test
  void looksAfterTimeAgainAfterItFailedTo() {
    var time = new FakeTime();
    var removals = new AtomicInteger();
    var engine = new MemoryEngine(
        1_000,
        new ForwardingPolicy(Policies.lru()) {
          @Override
          public void remove(int slot) {
            if (removals.incrementAndGet() == 1) {
              throw new OutOfMemoryError("once");
            }
            super.remove(slot);
          }
        },
        time::nanos,
        Runnable::run);
    MemoryTable<Integer, String> table = engine.newTable(entry -> {});
    for (int key = 1; key <= 2; key++) {
      table.put(
          table.expiring(key, "v", 10, time.nanos() + Duration.ofMinutes(key).toNanos(), false));
    }
    engine.settle();
    var scheduler = new FakeScheduler();
    try (var expiryWork = new ExpiryWork(time, scheduler, engine)) {
      expiryWork.start();
      time.advance(Duration.ofSeconds(90));
      scheduler.advance(Duration.ofMillis(100));
      await().untilAtomic(removals, org.hamcrest.Matchers.is(1));
      time.advance(Duration.ofSeconds(90));
      // No run is handed over while the first one has not ended.
      scheduler.advanceUntil(Duration.ofMillis(100), () -> removals.get() > 1);
    }
  }

  @Test
  void isNotHalfStartedWithoutAThread() {
    var scheduler = new FakeScheduler();
    var repetitions = new AtomicInteger();
    Scheduler poor = new Scheduler() {
      @Override
      public long nanos() {
        return scheduler.nanos();
      }

      @Override
      public Future<?> schedule(Runnable work, long delayNanos) {
        if (repetitions.incrementAndGet() == 2) {
          throw new OutOfMemoryError("unable to create native thread");
        }
        return scheduler.schedule(work, delayNanos);
      }
    };
    var engine = new MemoryEngine(1_000, Policies.lru(), System::nanoTime, Runnable::run);
    try (var expiryWork = new ExpiryWork(new CoarseTime(), poor, engine)) {
      assertThatThrownBy(expiryWork::start).isInstanceOf(OutOfMemoryError.class);
      assertThat(scheduler.pending()).isZero();
      expiryWork.start();
      assertThat(scheduler.pending()).isEqualTo(2);
    }
    assertThat(scheduler.pending()).isZero();
  }
}
