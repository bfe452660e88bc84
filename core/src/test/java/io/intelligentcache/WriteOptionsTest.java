package io.intelligentcache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.intelligentcache.tier.FakeTime;
import io.intelligentcache.tier.HeapTier;
import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.Space;
import io.intelligentcache.tier.TierKey;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The options of every kind of write hold in every tier. */
final class WriteOptionsTest {
  private static final Duration DEFAULT = Duration.ofMinutes(10);
  private static final Duration TTL = Duration.ofSeconds(5);
  private static final Duration IDLE = Duration.ofSeconds(16);
  private static final String OLD = "old";
  private static final String NEW = "new";

  private final FakeTime time = new FakeTime();
  private final HeapTier disk = new HeapTier(time);
  private final HeapTier redis = new HeapTier(time);
  private final TieredCacheManager manager = TieredCacheManager.builder()
      .memory(Memory.ofBytes(100_000))
      .disk(context -> disk)
      .redis(context -> redis)
      .defaultTtl(DEFAULT)
      .time(time)
      .build();
  private final TieredCache<String, String> cache = manager.cache("c", String.class, String.class);

  @AfterEach
  void close() {
    manager.close();
  }

  private interface Call {
    void write(TieredCache<String, String> cache, EntryOptions options);
  }

  /** A kind of write that stores {@link #NEW} with options, and what the key must have before. */
  private record Write(String name, @Nullable String before, Call call) {
    void make(TieredCache<String, String> cache, EntryOptions options) {
      if (before != null) {
        cache.put("k", before);
      }
      call.write(cache, options);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static List<Write> writes() {
    return List.of(
        new Write("put", OLD, (cache, options) -> cache.put("k", NEW, options)),
        new Write(
            "putAll",
            OLD,
            (cache, options) -> cache.putAll(Map.of("k", NEW, "other", NEW), options)),
        new Write("putIfAbsent", null, (cache, options) -> cache.putIfAbsent("k", NEW, options)),
        new Write("replace", OLD, (cache, options) -> cache.replace("k", NEW, options)),
        new Write(
            "replace what is expected",
            OLD,
            (cache, options) -> cache.replace("k", OLD, NEW, options)),
        new Write("getAndPut", OLD, (cache, options) -> cache.getAndPut("k", NEW, options)),
        new Write(
            "update",
            OLD,
            (cache, options) -> cache.update("k", (key, there) -> Update.put(NEW, options))),
        new Write(
            "async put",
            OLD,
            (cache, options) -> cache.async().put("k", NEW, options).join()),
        new Write(
            "async putAll",
            OLD,
            (cache, options) -> cache.async().putAll(Map.of("k", NEW), options).join()),
        new Write(
            "async putIfAbsent",
            null,
            (cache, options) -> cache.async().putIfAbsent("k", NEW, options).join()),
        new Write(
            "async replace",
            OLD,
            (cache, options) -> cache.async().replace("k", NEW, options).join()),
        new Write(
            "async replace what is expected",
            OLD,
            (cache, options) -> cache.async().replace("k", OLD, NEW, options).join()),
        new Write(
            "async getAndPut",
            OLD,
            (cache, options) -> cache.async().getAndPut("k", NEW, options).join()),
        new Write(
            "async update",
            OLD,
            (cache, options) -> cache
                .async()
                .update("k", (key, there) -> Update.put(NEW, options))
                .join()));
  }

  private static Item stored(HeapTier tier) {
    Item item = tier.stored(new TierKey(new Space("c", ""), "k".getBytes(UTF_8)));
    return requireNonNull(item, "nothing is stored");
  }

  private Duration left(Item item) {
    return Duration.ofMillis(item.expiresAtMillis() - time.epochMillis());
  }

  @ParameterizedTest
  @MethodSource("writes")
  void theTtlHoldsInEveryTier(Write write) {
    write.make(cache, EntryOptions.ttl(TTL));
    assertThat(cache.lookup("k").timeLeft()).isEqualTo(TTL);
    assertThat(left(stored(redis))).isEqualTo(TTL);
    manager.resizeMemory(1);
    assertThat(left(stored(disk))).isEqualTo(TTL);
    time.advance(TTL.minusMillis(2));
    assertThat(cache.get("k")).isEqualTo(NEW);
    time.advance(Duration.ofMillis(2));
    assertThat(cache.get("k")).isNull();
  }

  @ParameterizedTest
  @MethodSource("writes")
  void theTimeToIdleHoldsInEveryTier(Write write) {
    write.make(cache, EntryOptions.defaults().with(Freshness.none().timeToIdle(IDLE)));
    assertThat(cache.lookup("k").timeLeft()).isEqualTo(IDLE);
    assertThat(left(stored(redis))).isEqualTo(IDLE);
    manager.resizeMemory(1);
    assertThat(left(stored(disk))).isEqualTo(IDLE);
    time.advance(IDLE);
    assertThat(cache.get("k")).isNull();
  }

  @ParameterizedTest
  @MethodSource("writes")
  void anEntryWithoutExpiryOutlivesTheDefault(Write write) {
    write.make(cache, EntryOptions.noExpiry());
    assertThat(cache.lookup("k").timeLeft()).isNull();
    assertThat(stored(redis).expiresAtMillis()).isEqualTo(Item.NEVER);
    manager.resizeMemory(1);
    time.advance(DEFAULT);
    assertThat(cache.get("k")).isEqualTo(NEW);
  }

  @Test
  void replaceStoresOnlyWhereAValueIs() {
    assertThat(cache.replace("k", NEW)).isNull();
    assertThat(cache.replace("k", NEW, EntryOptions.ttl(TTL))).isNull();
    assertThat(cache.get("k")).isNull();
    cache.put("k", OLD);
    assertThat(cache.replace("k", NEW)).isEqualTo(OLD);
    assertThat(cache.async().replace("k", OLD).join()).isEqualTo(NEW);
    assertThat(cache.get("k")).isEqualTo(OLD);
    assertThat(cache.stats().puts()).isEqualTo(3);
  }

  @Test
  void whatIsNotStoredKeepsItsExpiry() {
    cache.put("k", OLD);
    assertThat(cache.putIfAbsent("k", NEW, EntryOptions.ttl(TTL))).isEqualTo(OLD);
    assertThat(cache.replace("k", NEW, NEW, EntryOptions.ttl(TTL))).isFalse();
    assertThat(cache.lookup("k").timeLeft()).isEqualTo(DEFAULT);
  }

  @Test
  @SuppressWarnings("NullAway") // nulls are what this is about
  void nullOptionsAreRefused() {
    for (Write write : writes()) {
      assertThatNullPointerException()
          .as(write.name())
          .isThrownBy(() -> {
            try {
              write.make(cache, null);
            } catch (CompletionException failed) {
              throw failed.getCause();
            }
          })
          .withMessage("options");
    }
    assertThatNullPointerException().isThrownBy(() -> cache.replace(null, NEW));
    assertThatNullPointerException().isThrownBy(() -> cache.replace("k", (String) null));
  }
}
