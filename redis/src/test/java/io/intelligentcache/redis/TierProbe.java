package io.intelligentcache.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.Lookup;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Space;
import io.intelligentcache.tier.Tier;
import io.intelligentcache.tier.TierContext;
import io.intelligentcache.tier.TierKey;
import io.intelligentcache.tier.TimeSource;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A tier, spoken to in strings and waited for within bounds. */
record TierProbe(Tier tier) implements AutoCloseable {
  static final Space SPACE = new Space("cache", "");

  /** Opens a tier and waits until it is connected. */
  static TierProbe open(Redis redis) {
    TierProbe probe = openUnconnected(redis);
    probe.awaitAvailable();
    return probe;
  }

  static TierProbe openUnconnected(Redis redis) {
    return new TierProbe(redis.open(new TierContext(TimeSource.SYSTEM)));
  }

  /** A configuration with which waiting for its deadlines is short. */
  static Redis quick(String url) {
    return Redis.at(url)
        .commandTimeout(Duration.ofSeconds(1))
        .connectTimeout(Duration.ofSeconds(2));
  }

  static TierKey key(String name) {
    return new TierKey(SPACE, name.getBytes(UTF_8));
  }

  static Item item(String value) {
    byte[] payload = value.getBytes(UTF_8);
    return new Item(payload, payload.length, false, 7, Item.NEVER);
  }

  static Lookup hit(String value) {
    return new Lookup.Hit(item(value));
  }

  static <T> T join(CompletableFuture<T> future) {
    return future.orTimeout(30, SECONDS).join();
  }

  Outcome put(String key, String value) {
    return done(join(tier.put(key(key), item(value))));
  }

  /** What came of a put, whatever its version. */
  static Outcome done(Outcome outcome) {
    return outcome instanceof Outcome.Stored ? Outcome.DONE : outcome;
  }

  Lookup get(String key) {
    return join(tier.get(key(key)));
  }

  Outcome remove(String key) {
    return join(tier.remove(key(key)));
  }

  void awaitAvailable() {
    await().atMost(20, SECONDS).until(() -> tier.stats().available());
  }

  void awaitUnavailable() {
    await().atMost(20, SECONDS).until(() -> !tier.stats().available());
  }

  @Override
  public void close() {
    tier.close();
  }
}
