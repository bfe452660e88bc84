package io.intelligentcache.disk.internal.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.disk.internal.file.StoreClock.Mark;
import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.PausingTime;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A thread may pause between any two looks at the clocks, for example while garbage is collected. */
final class StoreClockTest {
  private static final int LOOKS = 40;

  private static Item item(long expiresAtMillis) {
    return new Item(new byte[] {1}, 1, false, 7, expiresAtMillis);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 100_000, -50_000})
  void anEntryLivesAsLongAsItsCallerSaidWhereverTheThreadPauses(long jumpMillis) {
    for (int look = 1; look <= LOOKS; look++) {
      var time = new PausingTime();
      time.pauseBefore(look);
      var clock = new StoreClock(time, Mark.NONE, 0);
      clock.given(clock.kept(item(time.epochMillis() + 9_000)));
      time.time.jumpWallClock(Duration.ofMillis(jumpMillis));
      for (int i = 0; i < 3; i++) { // all of them are taken at the caller's time after the jump
        long expiry = time.epochMillis() + 9_000 + i;

        Item given = clock.given(clock.kept(item(expiry)));

        assertThat(given.expiresAtMillis())
            .as("pause before look %d, item %d", look, i)
            .isEqualTo(expiry);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 60_000})
  void anEntryLivesNoLongerAfterTheStoreIsOpenedAgain(long closedMillis) {
    for (int look = 1; look <= LOOKS; look++) {
      var time = new PausingTime();
      time.pauseBefore(look);
      var before = new StoreClock(time, Mark.NONE, 0);
      long expiry = time.epochMillis() + 90_000;
      Item kept = before.kept(item(expiry));
      Mark mark = before.mark();
      time.time.advance(Duration.ofMillis(closedMillis));

      var after = new StoreClock(time, mark, 0);

      assertThat(after.given(kept).expiresAtMillis())
          .as("pause before look %d", look)
          .isBetween(expiry - PausingTime.PAUSE.toMillis() - 2, expiry + 2);
    }
  }
}
