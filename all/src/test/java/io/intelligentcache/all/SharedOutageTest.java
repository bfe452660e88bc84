package io.intelligentcache.all;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.CacheSpec;
import io.intelligentcache.Found;
import io.intelligentcache.Freshness;
import io.intelligentcache.LoadException;
import io.intelligentcache.Memory;
import io.intelligentcache.Outage;
import io.intelligentcache.TieredCacheManager;
import io.intelligentcache.internal.Insides;
import io.intelligentcache.redis.Redis;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/**
 * Which copies an instance returns while Redis does not answer it: copies of keys for which it has
 * received a change, and copies of keys for which it has not.
 */
final class SharedOutageTest extends SharedRedis {
  private static final Outage BOUNDED = Outage.bounded(Duration.ofMinutes(10));
  private static final Duration TTL = Duration.ofSeconds(1);

  private Instance one;

  private Instance instance(
      UnaryOperator<TieredCacheManager.Builder> settings,
      UnaryOperator<CacheSpec<String, String>> spec) {
    if (one == null) {
      one = new Instance(server, namespace, directory.resolve("one"), builder -> builder, spec);
      instances.add(one);
    }
    Instance instance = new Instance(
        server,
        namespace,
        directory.resolve("d" + instances.size()),
        settings,
        spec,
        redisTier -> ((Redis) redisTier).commandTimeout(Duration.ofMillis(500)));
    instances.add(instance);
    return instance;
  }

  private Instance instance(UnaryOperator<CacheSpec<String, String>> spec) {
    return instance(builder -> builder, spec);
  }

  private Instance instance(Outage outage) {
    return instance(spec -> spec.outage(outage));
  }

  /** An instance with so little memory that its entries are soon demoted to disk. */
  private Instance small(Outage outage) {
    return instance(builder -> builder.memory(Memory.ofBytes(20_000)), spec -> spec.outage(outage));
  }

  /** Gives an instance a copy that no report of an earlier write will make suspect. */
  private void copyTo(Instance other, String key) {
    other.hearsOf(key, () -> one.cache.put(key, "old"));
    other.warm(key);
  }

  /**
   * Changes a key until an instance has received a report of it. It may miss
   * reports while it reconnects.
   */
  private void changeHeardBy(Instance other, String key) {
    long since = other.now();
    await().until(() -> {
      one.cache.put(key, "new");
      return other.isToldOf(key, since);
    });
  }

  /** Makes an instance know that it may have missed changes, without a report of any change. */
  private static void gap(Instance other) {
    long gaps = other.hearing().gaps();
    other.network.cutFeeds();
    await().until(() -> other.hearing().gaps() > gaps);
  }

  /** From now on Redis reports changes to an instance, but answers none of its reads and writes. */
  private static void stopAnswering(Instance other) {
    other.network.refuse();
    other.network.stallReplies();
  }

  /** From now on an instance neither reaches Redis nor receives reports of changes. */
  private static void cutOff(Instance other) {
    other.network.refuse();
    other.network.cut();
    await().until(() -> other.hearing().window().compareTo(Instance.BOUND) > 0);
  }

  private static void fillMemory(Instance small) {
    String value = "x".repeat(1_000);
    for (int i = 0; i < 100; i++) {
      small.cache.put("filler" + i, value);
    }
  }

  @Test
  void aCopyOfWhichAChangeWasHeardIsNotAnsweredByDefault() {
    Instance other = instance(spec -> spec);
    copyTo(other, "k");
    changeHeardBy(other, "k");
    stopAnswering(other);
    assertThat(other.cache.get("k")).isNull();
    assertThat(other.cache.get("k", key -> "loaded")).isEqualTo("loaded");
  }

  @Test
  void aCopyOfWhichAChangeWasHeardIsNotAnsweredByAStrictCache() {
    Instance other = instance(Outage.strict());
    copyTo(other, "k");
    changeHeardBy(other, "k");
    stopAnswering(other);
    assertThat(other.cache.get("k")).isNull();
  }

  @Test
  void aCopyOfWhichAChangeWasHeardIsAnsweredByAnAvailableCache() {
    Instance other = instance(Outage.available());
    copyTo(other, "k");
    changeHeardBy(other, "k");
    stopAnswering(other);
    Found<String> found = other.cache.lookup("k");
    assertThat(found.value()).isEqualTo("old");
    assertThat(found.state()).isEqualTo(Found.State.UNCONFIRMED);
  }

  @Test
  void whatWasHeardStillCountsOnceRedisReportsNothingAnyMore() {
    Instance other = instance(BOUNDED);
    copyTo(other, "changed");
    copyTo(other, "same");
    changeHeardBy(other, "changed");
    cutOff(other);
    assertThat(other.cache.get("changed")).isNull();
    assertThat(other.cache.get("same")).isEqualTo("old");
  }

  @Test
  void afterAGapOnlyCopiesOfWhichNoChangeWasHeardAreAnswered() {
    Instance other = instance(BOUNDED);
    copyTo(other, "changed");
    copyTo(other, "same");
    changeHeardBy(other, "changed");
    gap(other);
    stopAnswering(other);
    assertThat(other.cache.get("changed")).isNull();
    Found<String> same = other.cache.lookup("same");
    assertThat(same.value()).isEqualTo("old");
    assertThat(same.state()).isEqualTo(Found.State.UNCONFIRMED);
  }

  @Test
  void ofManyKeysOnlyThoseAreAnsweredOfWhichNoChangeWasHeard() {
    Instance other = instance(BOUNDED);
    copyTo(other, "changed");
    copyTo(other, "same");
    changeHeardBy(other, "changed");
    gap(other);
    stopAnswering(other);
    assertThat(other.cache.getAll(List.of("changed", "same"))).isEqualTo(Map.of("same", "old"));
  }

  @Test
  void whereAllKeysWereRemovedNoCopyIsAnswered() {
    Instance other = instance(BOUNDED);
    copyTo(other, "k");
    long changes = other.hearing().changes();
    await().until(() -> {
      redis.commands().flushall();
      return other.hearing().changes() > changes;
    });
    stopAnswering(other);
    assertThat(other.cache.get("k")).isNull();
  }

  @Test
  void aCopyOnDiskIsAnsweredOnlyIfNoChangeOfItWasHeard() {
    Instance other = small(BOUNDED);
    copyTo(other, "changed");
    copyTo(other, "same");
    fillMemory(other);
    changeHeardBy(other, "changed");
    gap(other);
    stopAnswering(other);
    assertThat(other.cache.get("changed")).isNull();
    Found<String> same = other.cache.lookup("same");
    assertThat(same.value()).isEqualTo("old");
    assertThat(same.origin()).isEqualTo(Found.Origin.DISK);
    assertThat(same.state()).isEqualTo(Found.State.UNCONFIRMED);
  }

  @Test
  void anAvailableCacheAnswersACopyOnDiskOfWhichAChangeWasHeard() {
    Instance other = small(Outage.available());
    copyTo(other, "k");
    fillMemory(other);
    changeHeardBy(other, "k");
    stopAnswering(other);
    Found<String> found = other.cache.lookup("k");
    assertThat(found.value()).isEqualTo("old");
    assertThat(found.origin()).isEqualTo(Found.Origin.DISK);
  }

  @Test
  void aBoundedCacheAnswersNothingFromTheDiskOfAnEarlierProcess() {
    Instance other = instance(BOUNDED);
    copyTo(other, "k");
    other.restart(() -> {});
    cutOff(other);
    assertThat(other.cache.get("k")).isNull();
  }

  /** An instance that has a copy past its TTL, and returns it if the loader fails. */
  private Instance withACopyPastItsTtl(Outage outage) {
    Instance other = instance(spec -> spec.ttl(TTL)
        .freshness(Freshness.none().failSafe(Duration.ofMinutes(10), Duration.ofSeconds(1)))
        .outage(outage));
    await().until(() -> {
      long told = other.told();
      one.cache.put("k", "old");
      await().until(() -> other.told() > told);
      return "old".equals(other.cache.get("k"));
    });
    long copied = System.nanoTime();
    await().until(() -> System.nanoTime() - copied > TTL.toNanos());
    return other;
  }

  private static String failing(String key) {
    throw new IllegalStateException("the database is away");
  }

  @Test
  void aCopyPastItsTtlOfWhichAChangeWasHeardIsNoFallback() {
    for (Outage outage : List.of(Outage.strict(), BOUNDED)) {
      Instance other = withACopyPastItsTtl(outage);
      changeHeardBy(other, "k");
      stopAnswering(other);
      assertThatThrownBy(() -> other.cache.get("k", SharedOutageTest::failing))
          .as("%s", outage)
          .isInstanceOf(LoadException.class);
    }
  }

  @Test
  void aCopyPastItsTtlOfWhichNoChangeWasHeardIsAFallback() {
    Instance other = withACopyPastItsTtl(BOUNDED);
    cutOff(other);
    assertThat(other.cache.get("k", SharedOutageTest::failing)).isEqualTo("old");
  }

  @Test
  void anAvailableCacheFallsBackToACopyPastItsTtlOfWhichAChangeWasHeard() {
    Instance other = withACopyPastItsTtl(Outage.available());
    changeHeardBy(other, "k");
    stopAnswering(other);
    assertThat(other.cache.get("k", SharedOutageTest::failing)).isEqualTo("old");
  }

  @Test
  void anOwnWriteIsAnsweredOnceItHasBeenAskedAbout() {
    Instance other = instance(BOUNDED);
    other.hearsOf("k", () -> other.cache.put("k", "own"));
    other.warm("k");
    gap(other);
    stopAnswering(other);
    assertThat(other.cache.get("k")).isEqualTo("own");
  }

  @Test
  void anOwnWriteCountsAsAChangeUntilItHasBeenAskedAbout() {
    Instance other = instance(BOUNDED);
    long before = Insides.now(other.cache);
    other.cache.put("k", "own");
    await().until(() -> Insides.isToldOfChange(other.cache, "k", before));
    stopAnswering(other);
    assertThat(other.cache.get("k")).isNull();
  }

  @Test
  void whatIsPutWhileRedisDoesNotAnswerIsAnswered() {
    Instance other = instance(BOUNDED);
    cutOff(other);
    other.cache.put("k", "own");
    assertThat(other.cache.get("k")).isEqualTo("own");
  }
}
