package io.intelligentcache.tier;

import java.time.Duration;

/** Clocks that stand, but for one pause of the thread before one of the looks at them. */
public final class PausingTime implements TimeSource {
  public static final Duration PAUSE = Duration.ofMillis(500);

  /** The clocks. To read them is no look. */
  public final FakeTime time = new FakeTime();

  private int looksLeft;

  /** Sets before which look from now on the thread pauses: 1 is the next one. */
  public void pauseBefore(int look) {
    looksLeft = look;
  }

  private void look() {
    if (--looksLeft == 0) {
      time.advance(PAUSE);
    }
  }

  @Override
  public long nanos() {
    look();
    return time.nanos();
  }

  @Override
  public long epochMillis() {
    look();
    return time.epochMillis();
  }
}
