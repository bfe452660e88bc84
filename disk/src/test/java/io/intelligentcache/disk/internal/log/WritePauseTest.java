package io.intelligentcache.disk.internal.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.tier.FakeScheduler;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class WritePauseTest {
  private final FakeScheduler scheduler = new FakeScheduler();
  private final WritePause pause = new WritePause(scheduler::nanos, "test");

  private void failsAndPauses(Duration expected) {
    pause.writeFailed(new IOException("made to fail"));
    scheduler.advance(expected.minusNanos(1));
    assertThat(pause.on()).as("just before %s", expected).isTrue();
    scheduler.advance(Duration.ofNanos(1));
    assertThat(pause.on()).as("after %s", expected).isFalse();
  }

  @Test
  void isDoubledByEachFailureUpToTenMinutes() {
    assertThat(pause.on()).isFalse();
    failsAndPauses(Duration.ofSeconds(30));
    failsAndPauses(Duration.ofMinutes(1));
    failsAndPauses(Duration.ofMinutes(2));
    failsAndPauses(Duration.ofMinutes(4));
    failsAndPauses(Duration.ofMinutes(8));
    failsAndPauses(Duration.ofMinutes(10));
    failsAndPauses(Duration.ofMinutes(10));
  }

  @Test
  void endsWithASuccessAndIsShortAgainThen() {
    failsAndPauses(Duration.ofSeconds(30));
    pause.writeFailed(new IOException("made to fail"));
    pause.writeSucceeded();
    assertThat(pause.on()).isFalse();
    failsAndPauses(Duration.ofSeconds(30));
  }

  @Test
  void afterAFailedSyncItIsNotEndedByAWriteThatSucceeds() {
    pause.syncFailed(new IOException("made to fail"));
    pause.writeSucceeded();
    scheduler.advance(Duration.ofSeconds(30).minusNanos(1));
    assertThat(pause.on()).isTrue();
    scheduler.advance(Duration.ofNanos(1));
    assertThat(pause.on()).as("its time is up").isFalse();
    pause.writeSucceeded();
    failsAndPauses(Duration.ofMinutes(1));
  }

  @Test
  void afterAFailedSyncItEndsWithASyncThatSucceedsAndIsShortAgainThen() {
    pause.syncFailed(new IOException("made to fail"));
    pause.syncSucceeded();
    assertThat(pause.on()).isFalse();
    failsAndPauses(Duration.ofSeconds(30));
  }

  @Test
  void afterAFailedWriteItIsNotEndedByASyncThatSucceeds() {
    pause.syncFailed(new IOException("made to fail"));
    pause.writeFailed(new IOException("made to fail"));
    pause.syncSucceeded();
    assertThat(pause.on()).isTrue();
    pause.writeSucceeded();
    assertThat(pause.on()).isFalse();
  }

  @Test
  void aHoldHasNoEndOfItsOwn() {
    pause.hold();
    scheduler.advance(Duration.ofDays(1));
    assertThat(pause.on()).isTrue();
    pause.release();
    assertThat(pause.on()).isFalse();
  }
}
