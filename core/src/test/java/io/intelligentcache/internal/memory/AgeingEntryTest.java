package io.intelligentcache.internal.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.intelligentcache.internal.memory.MemoryEntry.Stage;
import io.intelligentcache.tier.FakeTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class AgeingEntryTest {
  private static final long SECOND = 1_000_000_000L;

  private final FakeTime time = new FakeTime();
  private final List<String> left = new ArrayList<>();
  private final MemoryEngine engine =
      new MemoryEngine(10_000, Policies.lru(), time::nanos, Runnable::run);
  private final MemoryTable<String, String> table = engine.newTable(this::leaves);

  private void leaves(MemoryEntry<String, String> entry) {
    left.add(entry.key());
  }

  private AgeingEntry<String, String> entry(int ttl, int refresh, int stale, int idle) {
    long now = time.nanos();
    var span = new Lifespan(
        now,
        ttl == 0 ? Lifespan.NEVER : now + ttl * SECOND,
        refresh == 0 ? Lifespan.NEVER : now + refresh * SECOND,
        stale * SECOND,
        idle * SECOND);
    return table.ageing("k", "v", 1, span, false, CopyStamp.ALONE);
  }

  private void at(AgeingEntry<?, ?> entry, boolean due, Stage stage) {
    assertThat(entry.isDue(time)).as("due").isEqualTo(due);
    assertThat(entry.stage(time.nanos())).isEqualTo(stage);
  }

  private void pass(Duration duration) {
    time.advance(duration);
  }

  @Test
  void goesThroughItsStagesAndIsDueFromTheFirstThatAHitHasToKnowOf() {
    var entry = entry(100, 80, 50, 0);
    at(entry, false, Stage.FRESH);
    pass(Duration.ofSeconds(80).minusNanos(1));
    at(entry, false, Stage.FRESH);
    pass(Duration.ofNanos(1));
    at(entry, true, Stage.FRESH);
    assertThat(entry.wantsRefresh(time.nanos())).isTrue();
    pass(Duration.ofSeconds(20));
    at(entry, true, Stage.STALE);
    assertThat(entry.staleNanos(time.nanos())).isZero();
    pass(Duration.ofSeconds(50));
    at(entry, true, Stage.GONE);
    assertThat(entry.ageNanos(time.nanos())).isEqualTo(150 * SECOND);
  }

  @Test
  void whileItIsLoadedAnewHitsHaveNothingToDoUntilItsTtlEnds() {
    var entry = entry(100, 80, 50, 0);
    pass(Duration.ofSeconds(80));
    assertThat(entry.beginRefresh()).isTrue();
    assertThat(entry.beginRefresh()).as("only one").isFalse();
    at(entry, false, Stage.FRESH);
    assertThat(entry.wantsRefresh(time.nanos())).isFalse();
    pass(Duration.ofSeconds(20));
    at(entry, true, Stage.STALE);
  }

  @Test
  void waitsLongerAfterEachFailureUpToSixteenTimes() {
    var entry = entry(1_000, 1, 50, 0);
    pass(Duration.ofSeconds(1));
    for (int wait : new int[] {1, 2, 4, 8, 16, 16}) {
      assertThat(entry.wantsRefresh(time.nanos())).isTrue();
      assertThat(entry.beginRefresh()).isTrue();
      entry.backOff(time.nanos(), SECOND);
      entry.endRefresh();
      at(entry, false, Stage.FRESH);
      pass(Duration.ofSeconds(wait).minusNanos(1));
      assertThat(entry.isBackingOff(time.nanos())).isTrue();
      assertThat(entry.isDue(time)).isFalse();
      pass(Duration.ofNanos(1));
      assertThat(entry.isDue(time)).isTrue();
    }
  }

  @Test
  void aWaitNeverHidesTheEndOfTheTtl() {
    var entry = entry(100, 80, 50, 0);
    entry.backOff(time.nanos(), 1_000 * SECOND);
    pass(Duration.ofSeconds(100));
    at(entry, true, Stage.STALE);
  }

  @Test
  void aCopyOfOneThatIsReadIsWrittenAgainEveryHalfOfItsTimeToIdle() {
    var entry = entry(0, 0, 0, 20);
    pass(Duration.ofSeconds(1));
    assertThat(countCopies(entry)).as("not read").isZero();
    entry.read();
    assertThat(countCopies(entry)).isEqualTo(10);
    assertThat(entry(1_000, 0, 0, 0).wantsNewCopy(time.nanos(), SECOND)).isFalse();
  }

  /** In 100 seconds, coming round each second. */
  private int countCopies(AgeingEntry<?, ?> entry) {
    int copies = 0;
    for (int second = 0; second < 100; second++) {
      copies += entry.wantsNewCopy(time.nanos(), SECOND) ? 1 : 0;
      pass(Duration.ofSeconds(1));
    }
    return copies;
  }

  @Test
  void readsKeepItFromBeingIdle() {
    var entry = entry(0, 0, 0, 16);
    at(entry, false, Stage.FRESH);
    pass(Duration.ofSeconds(1));
    at(entry, true, Stage.FRESH);
    entry.noteRead(time.nanos());
    at(entry, false, Stage.FRESH);
    pass(Duration.ofSeconds(16).minusNanos(1));
    at(entry, true, Stage.FRESH);
    pass(Duration.ofNanos(1));
    at(entry, true, Stage.GONE);
  }

  @Test
  void anAbsenceIsAlwaysDueAndExpires() {
    var span = new Lifespan(time.nanos(), time.nanos() + 5 * SECOND, Lifespan.NEVER, 0, 0);
    var absence = table.absence("k", 1, span, CopyStamp.ALONE);
    assertThat(absence.isAbsence()).isTrue();
    assertThat(absence.isDue(time)).isTrue();
    assertThat(absence.stage(time.nanos())).isEqualTo(Stage.FRESH);
    pass(Duration.ofSeconds(5));
    assertThat(absence.stage(time.nanos())).isEqualTo(Stage.GONE);
  }

  @Test
  void theEngineSeesItOffWhenItIsGoneNotWhenItIsStale() {
    table.put(entry(100, 0, 50, 0));
    engine.settle();
    pass(Duration.ofSeconds(149));
    engine.expire();
    assertThat(left).isEmpty();
    pass(Duration.ofSeconds(2));
    engine.expire();
    assertThat(left).containsExactly("k");
  }

  @Test
  void theEngineSeesItOffSoLongAfterTheLastRead() {
    var entry = entry(0, 0, 0, 160);
    table.put(entry);
    engine.settle();
    for (int i = 0; i < 5; i++) {
      pass(Duration.ofSeconds(150));
      engine.expire();
      entry.noteRead(time.nanos());
    }
    assertThat(left).isEmpty();
    pass(Duration.ofSeconds(161));
    engine.expire();
    assertThat(left).containsExactly("k");
  }

  @Test
  void refusesNegativeDurations() {
    assertThatThrownBy(() -> new Lifespan(0, 0, 0, -1, 0)).hasMessageContaining("-1");
  }
}
