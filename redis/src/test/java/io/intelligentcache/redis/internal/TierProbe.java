package io.intelligentcache.redis.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.redis.RawRedis;
import io.intelligentcache.redis.Redis;
import io.intelligentcache.redis.RedisCluster;
import io.intelligentcache.redis.internal.connection.Primary;
import io.intelligentcache.redis.internal.settings.RedisAddress;
import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.Lookup;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.SharedTier;
import io.intelligentcache.tier.Space;
import io.intelligentcache.tier.Tier;
import io.intelligentcache.tier.TierContext;
import io.intelligentcache.tier.TierKey;
import io.intelligentcache.tier.TimeSource;
import io.lettuce.core.cluster.SlotHash;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A tier, spoken to in strings and waited for within bounds. */
public record TierProbe(Tier tier) implements AutoCloseable {
  public static final Space SPACE = new Space("cache", "");

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

  /** A configuration whose deadlines no pause of a machine passes. */
  static Redis patient(String url) {
    return patient(Redis.at(url));
  }

  static Redis patient(Redis redis) {
    return redis.commandTimeout(Duration.ofSeconds(20)).connectTimeout(Duration.ofSeconds(20));
  }

  public static TierKey key(String name) {
    return new TierKey(SPACE, name.getBytes(UTF_8));
  }

  public static Item item(String value) {
    byte[] payload = value.getBytes(UTF_8);
    return new Item(payload, payload.length, false, 7, Item.NEVER);
  }

  static Lookup hit(String value) {
    return new Lookup.Hit(item(value));
  }

  public static <T> T join(CompletableFuture<T> future) {
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

  /** Waits until every server is connected. */
  void awaitAvailable() {
    Collection<Primary> primaries = ((RedisTier) tier).primaries();
    await()
        .atMost(20, SECONDS)
        .until(() -> !primaries.isEmpty() && primaries.stream().allMatch(Primary::available));
  }

  /**
   * Returns when what concerns a key is sent to the node that owns it. Until then, a call may be refused at the instant
   * in which the tier learns of the new owner.
   */
  void awaitOwner(RedisCluster cluster, String key) {
    int slot = SlotHash.getSlot("icm:cache::" + key);
    int port = cluster.clientPort(cluster.owner(slot));
    await().atMost(20, SECONDS).until(() -> {
      get(key); // is sent on, which tells the tier
      RedisAddress owner = ((RedisTier) tier).owner(slot);
      return owner != null && owner.port() == port;
    });
  }

  void awaitUnavailable() {
    await().atMost(20, SECONDS).until(() -> !tier.stats().available());
  }

  /** By how much its clock may differ from that of Redis. */
  long clockErrorMillis() {
    return ((SharedTier) tier).sharedStats().clockErrorMicros() / 1_000 + 1;
  }

  /** Returns when what any of these tiers writes is newer than what another one wrote before. */
  static void letPass(RawRedis raw, TierProbe... tiers) {
    long errors = Stream.of(tiers).mapToLong(TierProbe::clockErrorMillis).sum();
    raw.letPass(100 + 2 * errors);
  }

  /** Closes it. Returns whether that was too quick for it to have given up waiting for anything. */
  boolean closesInTime() {
    long started = System.nanoTime();
    close();
    return System.nanoTime() - started < SECONDS.toNanos(1);
  }

  /**
   * Runs a scenario until a claim holds, up to three times: a pause of the machine may spoil it.
   *
   * @param scenario is told its number; answers whether the claim holds, and fails if nothing but
   *     the tier can be the reason that it does not
   */
  static void holdsUnlessSpoilt(IntPredicate scenario) {
    assertThat(IntStream.range(0, 3).anyMatch(scenario)).as("three times").isTrue();
  }

  @Override
  public void close() {
    tier.close();
  }
}
