package io.intelligentcache;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class FreshnessSettingsTest {
  private static final Duration TTL = Duration.ofMinutes(10);
  private static final Duration SECOND = Duration.ofSeconds(1);

  @Test
  void settingsThatCanNotWorkAreRefusedByName() {
    assertThatThrownBy(() -> Freshness.none().jitter(0.6))
        .hasMessageContaining("jitter")
        .hasMessageContaining("0.6");
    assertThatThrownBy(() -> Freshness.none().jitter(Double.NaN)).hasMessageContaining("NaN");
    assertThatThrownBy(() -> Freshness.none().refreshAhead(Duration.ZERO))
        .hasMessageContaining("refreshAhead")
        .hasMessageContaining("PT0S");
    assertThatThrownBy(() -> Freshness.none().softTimeout(SECOND)).hasMessageContaining("failSafe");
    assertThatThrownBy(
            () -> Freshness.none().failSafe(TTL, SECOND).hardTimeout(SECOND).softTimeout(SECOND))
        .hasMessageContaining("PT1S");
    assertThatThrownBy(() -> Freshness.none().hardTimeout(Duration.ofDays(2)))
        .hasMessageContaining("hardTimeout");
  }
}
