package io.intelligentcache.all;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.CacheSpec;
import io.intelligentcache.Found;
import io.intelligentcache.Memory;
import io.intelligentcache.Outage;
import io.intelligentcache.TieredCacheManager;
import io.intelligentcache.disk.Disk;
import io.intelligentcache.internal.tier.ForwardingTier;
import io.intelligentcache.tier.LocalTierFactory;
import io.intelligentcache.tier.Lookup;
import io.intelligentcache.tier.TierKey;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Two instances share one Redis: after a change by one of them, the other no
 * longer returns the old value.
 */
final class CoherenceTest extends SharedRedis {
  private Instance one;
  private Instance other;

  @BeforeEach
  void open() {
    one = instance("one", spec -> spec);
    other = instance("other", spec -> spec);
  }

  @AfterEach
  void close() {
    one.close();
    other.close();
  }

  private Instance instance(String name, UnaryOperator<CacheSpec<String, String>> spec) {
    return instance(name, builder -> builder, spec);
  }

  private Instance instance(
      String name,
      UnaryOperator<TieredCacheManager.Builder> settings,
      UnaryOperator<CacheSpec<String, String>> spec) {
    return new Instance(server, namespace, directory.resolve(name), settings, spec);
  }

  private void reopenOther(UnaryOperator<CacheSpec<String, String>> spec) {
    other.close();
    other = instance("other", spec);
  }

  private static void awaitValue(Instance instance, String key, String value) {
    await().pollInterval(Duration.ofMillis(1)).until(() -> value.equals(instance.cache.get(key)));
  }

  private static void awaitAbsence(Instance instance, String key) {
    await().pollInterval(Duration.ofMillis(1)).until(() -> instance.cache.get(key) == null);
  }

  @Test
  void aChangeIsSeenByOthersAtOnce() {
    one.cache.put("k", "old");
    other.warm("k");
    one.cache.put("k", "new");
    awaitValue(other, "k", "new");
  }

  @Test
  void aRemovalIsSeenByOthersAtOnce() {
    one.cache.put("k", "old");
    other.warm("k");
    one.cache.invalidate("k");
    awaitAbsence(other, "k");
  }

  @Test
  void aClearAndARemovalByPatternAreSeenByOthersAtOnce() {
    one.cache.put("k1", "old");
    one.cache.put("k2", "old");
    other.warm("k1");
    other.warm("k2");
    one.cache.invalidateMatching("k1");
    awaitAbsence(other, "k1");
    one.cache.clear();
    awaitAbsence(other, "k2");
  }

  @Test
  void aRemovalBySomeOtherApplicationIsSeen() {
    one.cache.put("k", "v");
    other.warm("k");
    redis.commands().del(namespace + ":c::k");
    awaitAbsence(other, "k");
    one.cache.put("k", "w");
    other.warm("k");
    redis.commands().flushall();
    awaitAbsence(other, "k");
  }

  @Test
  void aTrustedCopyIsAnsweredWithoutAsking() {
    other.close();
    other = instance("other", Instance::calm, spec -> spec);
    one.cache.put("k", "v");
    other.warm("k");
    await()
        .until(
            () -> { // a late report of the change makes it ask once more
              long asked = redis.keysAsked();
              for (int i = 0; i < 10_000; i++) {
                assertThat(other.cache.get("k")).isEqualTo("v");
              }
              return redis.keysAsked() == asked;
            });
  }

  @Test
  void anOwnWriteFollowedByAForeignOneIsNotAnsweredAnyMore() {
    other.cache.put("k", "own");
    assertThat(other.cache.get("k")).isEqualTo("own");
    assertThat(one.cache.get("k")).isEqualTo("own"); // so that its next version is greater
    one.putInTime("k", "foreign");
    awaitValue(other, "k", "foreign");
  }

  @Test
  void aMessageLostWithItsConnectionIsMadeUpForByTheNextOne() {
    one.cache.put("k", "old");
    other.warm("k");
    other.network.refuse();
    other.network.cutFeeds();
    await().until(() -> other.hearing().window().toMillis() > 300); // no heartbeat
    one.cache.put("k", "new");
    long gaps = other.hearing().gaps();
    other.network.heal();
    await().until(() -> other.hearing().gaps() > gaps);
    awaitValue(other, "k", "new");
  }

  @Test
  void withoutAnyMessageACopyIsAnsweredNoLongerThanTheBound() {
    one.cache.put("k", "old");
    other.warm("k");
    other.network.stallFeeds();
    one.cache.put("k", "new");
    long acknowledged = System.nanoTime();
    long began = acknowledged;
    long lastOld = began;
    String read = other.cache.get("k");
    while ("old".equals(read)) {
      lastOld = began;
      began = System.nanoTime();
      read = other.cache.get("k");
    }
    assertThat(Duration.ofNanos(lastOld - acknowledged)).isLessThan(Instance.BOUND);
    assertThat(read).isEqualTo("new");
    assertThat(other.cache.stats().coherence().outdated()).isPositive();
  }

  @Test
  void aCopyOnDiskIsTrustedAsOneInMemoryIs() {
    Instance small = instance(
        "small", builder -> Instance.calm(builder).memory(Memory.ofBytes(20_000)), spec -> spec);
    try {
      await()
          .until(
              () -> { // again if a change is reported once more, after the copy went to disk
                small.hearsOf("k", () -> one.cache.put("k", "old"));
                small.warm("k");
                fillMemory(small);
                long asked = redis.keysAsked();
                Found<String> found = small.cache.lookup("k");
                return found.origin() == Found.Origin.DISK && redis.keysAsked() == asked;
              });
      fillMemory(small);
      one.cache.put("k", "new");
      awaitValue(small, "k", "new");
    } finally {
      small.close();
    }
  }

  @Test
  void aCopyOnDiskThatWasConfirmedIsNotAskedAboutAgain() {
    Instance small = instance(
        "small", builder -> Instance.calm(builder).memory(Memory.ofBytes(20_000)), spec -> spec);
    try {
      one.cache.put("k", "v");
      small.warm("k");
      small.restart(() -> {}); // what is on disk is suspect
      assertThat(small.cache.lookup("k").origin()).isEqualTo(Found.Origin.DISK);
      long confirmed = small.cache.stats().coherence().confirmed();
      assertThat(confirmed).isPositive();
      fillMemory(small);
      assertThat(small.cache.lookup("k").origin()).isEqualTo(Found.Origin.DISK);
      assertThat(small.cache.stats().coherence().confirmed()).isEqualTo(confirmed);
    } finally {
      small.close();
    }
  }

  @Test
  void whatComesUpFromDiskBeforeAForeignRemovalIsNotBelieved() {
    var mayAnswer = new AtomicReference<>(CompletableFuture.<Void>completedFuture(null));
    Disk disk = Disk.at(directory.resolve("small")).maximumMegabytes(16);
    LocalTierFactory slow = context -> new ForwardingTier(disk.open(context)) {
      @Override
      public CompletableFuture<List<Lookup>> getAll(List<TierKey> keys) {
        return super.getAll(keys).thenCombine(mayAnswer.get(), (lookups, allowed) -> lookups);
      }
    };
    Instance small = instance(
        "small", builder -> builder.memory(Memory.ofBytes(20_000)).disk(slow), spec -> spec);
    try {
      one.cache.put("k", "old");
      small.warm("k");
      fillMemory(small);
      mayAnswer.set(new CompletableFuture<>());
      CompletableFuture<String> late = small.cache.async().get("k");
      small.hearsOf("k", () -> one.cache.invalidate("k"));
      mayAnswer.get().complete(null);
      assertThat(late.join()).isIn("old", null);
      assertThat(small.cache.get("k")).isNull();
    } finally {
      mayAnswer.get().complete(null);
      small.close();
    }
  }

  private static void fillMemory(Instance small) {
    String value = "x".repeat(1_000);
    for (int i = 0; i < 100; i++) {
      small.cache.put("filler" + i, value);
    }
  }

  @Test
  void afterARestartNothingOnDiskIsAnsweredUnasked() {
    one.cache.put("changed", "old");
    one.cache.put("removed", "old");
    one.cache.put("same", "v");
    List.of("changed", "removed", "same").forEach(other::warm);
    other.restart(() -> {
      one.cache.put("changed", "new");
      one.cache.invalidate("removed");
    });
    assertThat(other.cache.get("changed")).isEqualTo("new");
    assertThat(other.cache.get("removed")).isNull();
    Found<String> same = other.cache.lookup("same");
    assertThat(same.value()).isEqualTo("v");
    assertThat(same.origin()).isEqualTo(Found.Origin.DISK);
    assertThat(other.cache.stats().coherence().confirmed()).isEqualTo(1);
  }

  @Test
  void aStrictCacheAnswersNothingThatItCantConfirm() {
    reopenOther(spec -> spec.outage(Outage.strict()));
    one.cache.put("k", "v");
    other.warm("k");
    cutOff(other);
    assertThat(other.cache.get("k")).isNull();
    assertThat(other.cache.get("k", key -> "loaded")).isEqualTo("loaded");
  }

  @Test
  void aBoundedCacheAnswersACopyForSoLong() {
    reopenOther(spec -> spec.outage(Outage.bounded(Duration.ofSeconds(6))));
    one.cache.put("k", "v");
    other.warm("k");
    cutOff(other);
    Found<String> found = other.cache.lookup("k");
    assertThat(found.value()).isEqualTo("v");
    assertThat(found.state()).isEqualTo(Found.State.UNCONFIRMED);
    await().atMost(Instance.PATIENCE).until(() -> other.cache.get("k") == null);
    assertThat(other.cache.stats().coherence().unconfirmed()).isPositive();
  }

  @Test
  void anAvailableCacheAnswersACopyUntilItExpires() {
    reopenOther(spec -> spec.outage(Outage.available()));
    one.cache.put("k", "v");
    other.warm("k");
    other.restart(() -> {});
    cutOff(other);
    assertThat(other.cache.get("k")).as("also from an earlier process's disk").isEqualTo("v");
  }

  @Test
  void whatIsLoadedWhileRedisIsAwayIsAnsweredUntilItIsBack() {
    cutOff(other);
    assertThat(other.cache.get("k", key -> "loaded")).isEqualTo("loaded");
    assertThat(other.cache.get("k", key -> "again")).isEqualTo("loaded");
    one.cache.put("k", "new");
    other.network.heal();
    await().until(() -> "new".equals(other.cache.get("k", key -> "again")));
  }

  private static void cutOff(Instance instance) {
    instance.network.refuse();
    instance.network.cut();
    await().until(() -> instance.hearing().window().compareTo(Instance.BOUND) > 0);
  }
}
