package io.intelligentcache.internal.time;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.PausingTime;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An expiry is never later because the thread paused between two looks at the clocks. */
final class ExpiryTest {
  private final PausingTime clocks = new PausingTime();

  private long leftOf(Expiry expiry) {
    return NANOSECONDS.toMillis(expiry.deadlineNanos() - clocks.time.nanos());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void inMemoryItIsNotLaterThanThatOfTheItem(int look) {
    long expiresAt = clocks.time.epochMillis() + 9_000;
    clocks.pauseBefore(look);
    Expiry expiry = Expiry.of(new Item(new byte[] {1}, 1, false, 7, expiresAt), clocks);
    assertThat(leftOf(expiry)).isLessThanOrEqualTo(expiresAt - clocks.time.epochMillis());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void belowMemoryItIsNotLaterThanInMemory(int look) {
    Expiry expiry = Expiry.in(Duration.ofSeconds(9), clocks);
    clocks.pauseBefore(look);
    long expiresAt = expiry.epochMillis(clocks);
    assertThat(expiresAt - clocks.time.epochMillis()).isLessThanOrEqualTo(leftOf(expiry));
  }
}
