package io.intelligentcache.bench.disk;

import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.bench.disk.peers.UserFifo;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Counting and timing, with a store in memory. */
final class DiskMeasuringTest {
  private static final int COUNT = 2_000;
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final Duration SHORT = Duration.ofMillis(20);

  private final DiskEntries entries = new DiskEntries(true, COUNT);
  private final MapStore store = new MapStore();

  @Test
  void aFillPutsAgainWhatWasRefused() {
    store.refusals = 5;
    Fill fill = Fill.of(store, entries, LONG);
    assertThat(fill.retries()).isEqualTo(5);
    assertThat(fill.filled()).isEqualTo(COUNT);
    assertThat(store.values.size()).isEqualTo(COUNT);
    assertThat(fill.bytes()).isEqualTo(entries.bytesOfFirst(COUNT));
  }

  @Test
  void aFillEndsWithItsTime() {
    assertThat(Fill.of(store, entries, Duration.ZERO).filled()).isZero();
    assertThat(Fill.timed(store, entries, Duration.ZERO).filled()).isZero();
  }

  @Test
  void getsFindEverythingThatWasFilled() throws InterruptedException {
    Fill.of(store, entries, LONG);
    Gets gets = Gets.of(store, entries, COUNT, 2, SHORT);
    assertThat(gets.verified().hits()).isPositive();
    assertThat(gets.verified().misses()).isZero();
    assertThat(gets.verified().wrong()).isZero();
    assertThat(gets.perSecond()).isPositive();
    assertThat(gets.p99Micros()).isGreaterThanOrEqualTo(gets.p50Micros());
  }

  @Test
  void aForeignValueIsWrong() {
    store.answer = entries.value(1);
    var verified = new Verified(entries);
    verified.get(store, 1);
    assertThat(verified.wrong()).isZero();
    verified.get(store, 2);
    assertThat(verified.wrong()).isEqualTo(1);
  }

  @Test
  void whatAReadMissesIsThereForTheNext() {
    var asked = new ReadThrough(store, entries, COUNT);
    asked.run(20L * COUNT, LONG);
    double cold = asked.hitRatio();
    asked.run(20L * COUNT, LONG);
    assertThat(asked.hitRatio()).isGreaterThan(cold).isGreaterThan(0.99);
    assertThat(asked.dropped()).isZero();
    assertThat(asked.bytes()).isPositive();
  }

  @Test
  void aPutThatIsRefusedWhileReadingThroughIsDropped() {
    store.refusals = 3;
    var asked = new ReadThrough(store, entries, COUNT);
    asked.run(COUNT, LONG);
    assertThat(asked.dropped()).isEqualTo(3);
  }

  @Test
  void aQueueOfTheUsersKeepsTheYoungestThatFit() {
    long room = entries.bytesOfFirst(COUNT) / 2;
    Fill.of(new UserFifo(store, entries, room), entries, LONG);
    long held = store.values.entrySet().stream()
        .mapToLong(entry -> entry.getKey().capacity() + entry.getValue().length)
        .sum();
    assertThat(held).isBetween((long) (0.8 * room), (long) (0.9 * room));
    assertThat(store.get(0, entries.key(0))).isNull();
    assertThat(store.get(COUNT - 1, entries.key(COUNT - 1))).isNotNull();
  }

  @Test
  void anOverwriteTakesNoMoreRoom() {
    var fifo = new UserFifo(store, entries, 4L * entries.bytes(0));
    for (int i = 0; i < 10; i++) {
      fifo.put(0, entries.key(0), entries.value(0));
    }
    assertThat(fifo.get(0, entries.key(0))).isNotNull();
    assertThat(store.values.size()).isEqualTo(1);
  }
}
