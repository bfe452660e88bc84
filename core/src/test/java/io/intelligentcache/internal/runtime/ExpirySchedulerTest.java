package io.intelligentcache.internal.runtime;

import static org.awaitility.Awaitility.await;

import io.intelligentcache.internal.memory.ForwardingPolicy;
import io.intelligentcache.internal.memory.MemoryEngine;
import io.intelligentcache.internal.memory.MemoryTable;
import io.intelligentcache.internal.memory.Policies;
import io.intelligentcache.tier.FakeScheduler;
import io.intelligentcache.tier.FakeTime;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class ExpirySchedulerTest {
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
    try (var expiryScheduler = new ExpiryScheduler(time, scheduler, engine)) {
      expiryScheduler.start();
      time.advance(Duration.ofSeconds(90));
      scheduler.advance(Duration.ofMillis(100));
      await().untilAtomic(removals, org.hamcrest.Matchers.is(1));
      await().until(() -> scheduler.pending() > 0); // the next run waits for the end of this one
      time.advance(Duration.ofSeconds(90));
      scheduler.advance(Duration.ofMillis(100));
      await().untilAtomic(removals, org.hamcrest.Matchers.greaterThan(1));
    }
  }
}
