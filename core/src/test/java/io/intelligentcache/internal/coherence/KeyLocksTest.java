package io.intelligentcache.internal.coherence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class KeyLocksTest {
  private final KeyLocks locks = new KeyLocks();
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE); // the clock may overflow

  @Test
  void whileAChangeHangsTheWaitEndsAtTheDeadline() throws Exception {
    var begun = new CountDownLatch(1);
    var mayEnd = new CountDownLatch(1);
    var changing = new Thread(() -> locks.with("key", () -> {
      begun.countDown();
      await().until(() -> mayEnd.getCount() == 0);
      return "changed";
    }));
    changing.start();
    begun.await();
    assertThat(locks.awaitChangesInProgress(nanos::get, nanos.get() + 1)).isFalse();
    mayEnd.countDown();
    changing.join();
    assertThat(locks.awaitChangesInProgress(nanos::get, nanos.get() + 1)).isTrue();
  }

  @Test
  void whatIsNotLockedNeedsNoTime() throws Exception {
    assertThat(locks.awaitChangesInProgress(nanos::get, nanos.get())).isTrue();
  }
}
