package io.intelligentcache.internal.time;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.tier.FakeTime;
import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.TimeSource;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An expiry is never later because the thread paused between two looks at the clocks. */
final class ExpiryTest {
  /** Clocks that stand, but for a pause before one of the looks at them. */
  private static final class PausingTime implements TimeSource {
    private final FakeTime time = new FakeTime();
    private int looksLeft;

    private void look() {
      if (--looksLeft == 0) {
        time.advance(Duration.ofMillis(500));
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

    private long leftOf(Expiry expiry) {
      return NANOSECONDS.toMillis(expiry.deadlineNanos() - time.nanos());
    }
  }

  private final PausingTime clocks = new PausingTime();

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void inMemoryItIsNotLaterThanThatOfTheItem(int look) {
    long expiresAt = clocks.time.epochMillis() + 9_000;
    clocks.looksLeft = look;
    Expiry expiry = Expiry.of(new Item(new byte[] {1}, 1, false, 7, expiresAt), clocks);
    assertThat(clocks.leftOf(expiry)).isLessThanOrEqualTo(expiresAt - clocks.time.epochMillis());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void belowMemoryItIsNotLaterThanInMemory(int look) {
    Expiry expiry = Expiry.in(Duration.ofSeconds(9), clocks);
    clocks.looksLeft = look;
    long expiresAt = expiry.epochMillis(clocks);
    assertThat(expiresAt - clocks.time.epochMillis()).isLessThanOrEqualTo(clocks.leftOf(expiry));
  }
}
