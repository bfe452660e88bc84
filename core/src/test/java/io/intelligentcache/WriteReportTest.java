package io.intelligentcache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.intelligentcache.WriteReport.State;
import io.intelligentcache.internal.write.WriteReports;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Reason;
import io.intelligentcache.tier.Version;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class WriteReportTest {
  private static final Outcome STORED = new Outcome.Stored(new Version(1, 1));
  private static final Outcome LATE = new Outcome.Refused(Reason.LATE);
  private static final Outcome OPEN = new Outcome.Refused(Reason.OPEN);

  private static WriteReport ofPuts(Outcome... outcomes) {
    return WriteReports.of(
        List.of(outcomes), true, () -> List.of("a", "b", "c").subList(0, outcomes.length));
  }

  private static void is(WriteReport report, State state, @Nullable Reason why, Object... keys) {
    assertThat(report.state()).isEqualTo(state);
    assertThat(report.why()).isEqualTo(why);
    assertThat(report.keys()).isEqualTo(List.of(keys));
  }

  @Test
  void whatWasStoredIsAcknowledged() {
    assertThat(ofPuts(STORED, STORED)).isSameAs(WriteReports.ACKNOWLEDGED);
  }

  @Test
  void aPutThatIsDoneButNotStoredWasOvertaken() {
    is(ofPuts(STORED, Outcome.DONE), State.OVERTAKEN, null, "b");
  }

  @Test
  void aRemovalThatIsDoneIsAcknowledged() {
    assertThat(WriteReports.of(List.of(Outcome.DONE), false, () -> List.of("a")))
        .isSameAs(WriteReports.ACKNOWLEDGED);
  }

  @Test
  void theReportOfOneKeyIsThatOfAListWithIt() {
    for (Outcome outcome : List.of(STORED, Outcome.DONE, LATE)) {
      assertThat(WriteReports.of(outcome, true, "a")).isEqualTo(ofPuts(outcome));
      assertThat(WriteReports.of(outcome, false, "a"))
          .isEqualTo(WriteReports.of(List.of(outcome), false, () -> List.of("a")));
    }
  }

  @Test
  void ofManyKeysTheWorstCounts() {
    is(ofPuts(Outcome.DONE, LATE, OPEN), State.REFUSED, Reason.LATE, "b", "c");
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
    WriteReport refused =
        WriteReports.of(Collections.nCopies(7, OPEN), true, () -> List.of(1, 2, 3, 4, 5, 6, 7));
    assertThatThrownBy(refused::orThrow).hasMessageContaining("1, 2, 3, 4, 5 and 2 more (OPEN)");
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
