package io.intelligentcache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.intelligentcache.WriteReport.State;
import io.intelligentcache.internal.write.WriteReports;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Reason;
import io.intelligentcache.tier.Version;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class WriteReportTest {
  private static final Outcome STORED = new Outcome.Stored(new Version(1, 1));
  private static final Outcome LATE = new Outcome.Refused(Reason.LATE);
  private static final Outcome OPEN = new Outcome.Refused(Reason.OPEN);

  private static WriteReport ofPuts(Outcome... outcomes) {
    return WriteReports.of(
        List.of(outcomes), true, () -> List.of("a", "b", "c").subList(0, outcomes.length));
  }

  @Test
  void whatWasStoredIsAcknowledged() {
    assertThat(ofPuts(STORED, STORED)).isSameAs(WriteReports.ACKNOWLEDGED);
  }

  @Test
  void aPutThatIsDoneButNotStoredWasOvertaken() {
    assertThat(ofPuts(STORED, Outcome.DONE))
        .isEqualTo(new WriteReport(State.OVERTAKEN, null, List.of("b")));
  }

  @Test
  void aRemovalThatIsDoneIsAcknowledged() {
    assertThat(WriteReports.of(List.of(Outcome.DONE), false, () -> List.of("a")))
        .isSameAs(WriteReports.ACKNOWLEDGED);
  }

  @Test
  void ofManyKeysTheWorstCounts() {
    assertThat(ofPuts(Outcome.DONE, LATE, OPEN))
        .isEqualTo(new WriteReport(State.REFUSED, Reason.LATE, List.of("b", "c")));
  }

  @Test
  void onlyARefusalIsThrown() {
    assertThat(WriteReports.LOCAL.orThrow()).isSameAs(WriteReports.LOCAL);
    WriteReport overtaken = ofPuts(Outcome.DONE);
    assertThat(overtaken.orThrow()).isSameAs(overtaken);
    WriteReport refused = ofPuts(STORED, LATE);
    assertThatThrownBy(refused::orThrow)
        .isInstanceOfSatisfying(
            SharedWriteException.class, thrown -> assertThat(thrown.report()).isEqualTo(refused))
        .hasMessageContaining("the write of b (LATE)");
  }

  @Test
  void theMessageNamesAFewKeysOfMany() {
    WriteReport refused = new WriteReport(State.REFUSED, Reason.OPEN, List.of(1, 2, 3, 4, 5, 6, 7));
    assertThatThrownBy(refused::orThrow).hasMessageContaining("1, 2, 3, 4, 5 and 2 more (OPEN)");
  }

  @Test
  void aReasonWithoutARefusalIsRejected() {
    assertThatThrownBy(() -> new WriteReport(State.ACKNOWLEDGED, Reason.LATE, List.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new WriteReport(State.REFUSED, null, List.of("k")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void withoutRedisEveryWriteIsLocal() {
    try (TieredCacheManager manager =
        TieredCacheManager.builder().memory(Memory.ofBytes(100_000)).build()) {
      TieredCache<String, String> cache = manager.cache("c", String.class, String.class);
      assertThat(cache.put("k", "v")).isEqualTo(WriteReports.LOCAL);
      assertThat(cache.putAll(Map.of("k", "v"))).isEqualTo(WriteReports.LOCAL);
      assertThat(cache.invalidate("k")).isEqualTo(WriteReports.LOCAL);
      assertThat(cache.invalidateAll(List.of("k"))).isEqualTo(WriteReports.LOCAL);
    }
  }

  @Test
  void aReportIsTheCallersOwn() {
    try (TieredCacheManager manager =
        TieredCacheManager.builder().memory(Memory.ofBytes(100_000)).build()) {
      TieredCache<String, String> cache = manager.cache("c", String.class, String.class);
      CompletableFuture<WriteReport> report = cache.async().put("k", "v");
      report.obtrudeException(new IllegalStateException("spoilt"));
      assertThat(cache.async().put("k", "v").join()).isEqualTo(WriteReports.LOCAL);
    }
  }
}
