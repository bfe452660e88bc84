package io.intelligentcache.all;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests the judge of the random schedules: what it forbids, and what it must allow. */
final class HistoryTest {
  private final History strict = new History(Duration.ZERO);
  private final History lenient = new History(Duration.ofHours(1));

  private static void over(History.Change change) {
    change.acknowledged();
    change.returned();
  }

  private static void reads(History history, int instance, long row) {
    history.read(instance, "k", row, System.nanoTime() + 1, "read");
  }

  @Test
  void whatIsOlderThanAnAcknowledgedChangeIsWrongPastTheBound() {
    for (History history : List.of(strict, lenient)) {
      over(history.put(0, "k"));
      over(history.remove(0, "k"));
      reads(history, 1, 1);
    }
    assertThat(strict.violations()).singleElement().asString().contains("acknowledged");
    assertThat(lenient.violations()).isEmpty();
  }

  @Test
  void whatIsOlderThanAnOwnChangeIsWrongAtOnceAcknowledgedOrNot() {
    over(lenient.put(0, "k"));
    lenient.sweep(1, List.of("k")).returned();
    reads(lenient, 1, 1);
    assertThat(lenient.violations()).singleElement().asString().contains("its own");
  }

  @Test
  void aRowThatWasReadFromTheDatabaseBeforeAChangeIsOlderThanIt() {
    assertThat(strict.load("k")).isZero();
    over(strict.remove(0, "k"));
    reads(strict, 1, 0);
    assertThat(strict.violations()).hasSize(1);
  }

  @Test
  void ofTwoPutsThatOverlapEitherMayBeTheLaterOne() {
    History.Change slow = strict.put(0, "k");
    over(strict.put(1, "k"));
    over(slow);
    reads(strict, 2, 1);
    reads(strict, 2, 2);
    assertThat(strict.violations()).isEmpty();
  }

  @Test
  void anAtomicOperationThatFailedMayTakeEffectYet() {
    History.Change failed = strict.exchange(0, "k");
    over(strict.put(1, "k"));
    reads(strict, 1, failed.made.get("k"));
    assertThat(strict.violations()).isEmpty();
  }

  @Test
  void whatNobodyWroteIsWrong() {
    over(strict.remove(0, "k"));
    reads(strict, 1, 1);
    assertThat(strict.violations()).singleElement().asString().contains("nobody wrote");
  }
}
