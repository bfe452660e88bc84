package io.intelligentcache.all;

import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.TieredCache;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Removals by an instance that starts after the clock of Redis was set back. */
final class ServerClockSetBackTest extends DirectedSchedules {
  @Test
  void aClearRemovesWhatWasPutBefore() {
    removes(TieredCache::clear);
  }

  @Test
  void aRemovalByPatternRemovesWhatWasPutBefore() {
    removes(cache -> cache.invalidateMatching("k.*"));
  }

  private void removes(Consumer<TieredCache<String, String>> sweep) {
    List<String> keys = new ArrayList<>();
    try (SteeredInstance before = new SteeredInstance(
        server, namespace, Duration.ZERO, SteeredInstance.PATIENCE, Duration.ZERO)) {
      for (int i = 0; i < 50; i++) {
        keys.add("k" + i);
        cache(before).put("k" + i, "old");
      }
    }
    moveClock(Duration.ofMinutes(-1));
    TieredCache<String, String> after = cache(instance());
    sweep.accept(after);
    assertThat(after.getAll(keys)).isEmpty();
    assertThat(cache(instance()).getAll(keys)).isEmpty();
  }
}
