package io.intelligentcache.internal.runtime;

import static org.awaitility.Awaitility.await;

import io.intelligentcache.tier.FakeScheduler;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

final class ThreadPoolsTest {
  @Test
  void growWhenTheyAreBlockedAlsoWhileTheSchedulerOfATestStands() {
    try (var pools = new ThreadPools(new FakeScheduler())) {
      var last = new CountDownLatch(20); // more than the threads that a pool begins with
      for (int i = 0; i < 20; i++) {
        pools.callbacks().execute(() -> {
          last.countDown();
          try {
            last.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
      }
      await().until(() -> last.getCount() == 0);
    }
  }
}
