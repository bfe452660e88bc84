package io.intelligentcache.all;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.TieredCache;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.Test;

/** Instances put one key at the same moment, and agree afterwards on its value. */
final class SimultaneousPutsTest extends DirectedSchedules {
  private static final int MANY = 4_000;
  private static final int SOME = 10;

  @Test
  void manyPutsOfTwoInstancesThatMeetByChance() throws Exception {
    TieredCache<String, String> one = cache(instance());
    TieredCache<String, String> other = cache(instance());
    CyclicBarrier together = new CyclicBarrier(2);
    CompletableFuture<?> beside = CompletableFuture.runAsync(() -> putMany(other, "2", together));
    putMany(one, "1", together);
    join(beside);
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      keys.add("k" + i);
    }
    var read = one.getAll(keys);
    assertThat(other.getAll(keys))
        .isNotEmpty()
        .allSatisfy(
            (key, value) -> assertThat(read.getOrDefault(key, value)).as(key).isEqualTo(value));
  }

  private static void putMany(
      TieredCache<String, String> cache, String value, CyclicBarrier together) {
    try {
      for (int i = 0; i < MANY; i++) {
        together.await(30, SECONDS);
        cache.put("k" + i, value);
      }
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void putsAfterARemovalThatIsDatedAhead() {
    TieredCache<String, String> far = cache(instance(Duration.ofMillis(20)));
    TieredCache<String, String> one = cache(instance());
    TieredCache<String, String> other = cache(instance());
    for (int i = 0; i < SOME; i++) {
      String key = "k" + i;
      far.put(key, "first");
      await().until(() -> one.get(key) != null);
      CompletableFuture<?> removal = far.async().invalidate(key);
      await().pollInterval(Duration.ofMillis(1)).until(() -> one.get(key) == null);
      putAtOnce(one, other, key);
      join(removal);
      awaitAgreement(one, other, key);
    }
  }

  @Test
  void putsAfterTheServersClockWasSetBack() {
    try (SteeredInstance before = new SteeredInstance(
        server, namespace, Duration.ZERO, SteeredInstance.PATIENCE, Duration.ZERO)) {
      for (int i = 0; i < SOME; i++) {
        cache(before).put("k" + i, "first");
      }
    }
    moveClock(Duration.ofHours(-1));
    TieredCache<String, String> one = cache(instance());
    TieredCache<String, String> other = cache(instance());
    for (int i = 0; i < SOME; i++) {
      putAtOnce(one, other, "k" + i);
      awaitAgreement(one, other, "k" + i);
    }
  }

  private static void putAtOnce(
      TieredCache<String, String> one, TieredCache<String, String> other, String key) {
    CompletableFuture<?> read = one.async().get(key);
    join(CompletableFuture.allOf(read, other.async().get(key)));
    CompletableFuture<?> put = one.async().put(key, "1");
    join(CompletableFuture.allOf(put, other.async().put(key, "2")));
  }

  private static void awaitAgreement(
      TieredCache<String, String> one, TieredCache<String, String> other, String key) {
    await().pollInterval(Duration.ofMillis(1)).untilAsserted(() -> {
      String read = one.get(key);
      String readByOther = other.get(key);
      if (read != null && readByOther != null) {
        assertThat(read).as(key).isEqualTo(readByOther);
      }
    });
  }
}
