package io.intelligentcache.redis.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.redis.RawRedis;
import io.intelligentcache.redis.Redis;
import io.intelligentcache.redis.RedisCluster;
import io.intelligentcache.tier.Changes;
import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.Lookup;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Scheduler;
import io.intelligentcache.tier.SharedHealth;
import io.intelligentcache.tier.SharedTier;
import io.intelligentcache.tier.Space;
import io.intelligentcache.tier.Tier;
import io.intelligentcache.tier.TierContext;
import io.intelligentcache.tier.TierContexts;
import io.intelligentcache.tier.TierKey;
import io.intelligentcache.tier.TimeSource;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A tier with calls on strings, which wait for their outcome within a limit. */
public record TierProbe(Tier tier) implements AutoCloseable {
  public static final Space SPACE = new Space("cache", "");

  /** Opens a tier and waits until it is connected. */
  static TierProbe open(Redis redis) {
    TierProbe probe = openUnconnected(redis);
    probe.awaitAvailable();
    return probe;
  }

  /** The same, with the pauses and timeouts of this scheduler. */
  static TierProbe open(Redis redis, Scheduler scheduler) {
    var context = new TierContext(TimeSource.SYSTEM, scheduler, Changes.IGNORED);
    TierProbe probe = new TierProbe(redis.open(context));
    probe.awaitAvailable();
    return probe;
  }

  static TierProbe openUnconnected(Redis redis) {
    return new TierProbe(redis.open(TierContexts.of(TimeSource.SYSTEM)));
  }

  /** Opens a tier that is not ready at its connect timeout, which is skipped. */
  static TierProbe openInVain(Redis redis, Changes changes, SkippingScheduler scheduler) {
    var context = new TierContext(TimeSource.SYSTEM, scheduler, changes);
    CompletableFuture<Tier> opening = CompletableFuture.supplyAsync(() -> redis.open(context));
    await().atMost(20, SECONDS).pollInterval(20, MILLISECONDS).until(() -> {
      scheduler.skip(Duration.ofSeconds(1));
      return opening.isDone();
    });
    return new TierProbe(opening.join());
  }

  /** A configuration with short deadlines, so that tests can wait for them. */
  static Redis quick(String url) {
    return Redis.at(url)
        .commandTimeout(Duration.ofSeconds(1))
        .connectTimeout(Duration.ofSeconds(2));
  }

  /** A configuration with deadlines that are longer than any pause of a machine. */
  static Redis patient(String url) {
    return patient(Redis.at(url));
  }

  static Redis patient(Redis redis) {
    return redis
        .commandTimeout(Duration.ofSeconds(20))
        .connectTimeout(Duration.ofSeconds(20))
        .sweepTimeout(Duration.ofMinutes(1));
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

  /** The outcome of a put, without its version. */
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
    await().atMost(20, SECONDS).until(this::isAvailable);
  }

  boolean isAvailable() {
    SharedHealth health = ((SharedTier) tier).health();
    return health.connected() && health.answering();
  }

  /**
   * Returns when calls on a key are sent to the node that owns it. Until then a call may be refused at the moment at
   * which the tier learns the new owner.
   */
  void awaitOwner(RedisCluster cluster, String key) {
    await().atMost(20, SECONDS).until(() -> {
      long before = cluster.redirections();
      Lookup seen = get(key); // if it is redirected, the tier learns the owner
      return !(seen instanceof Lookup.Refused) && cluster.redirections() == before;
    });
  }

  void awaitUnavailable() {
    await().atMost(20, SECONDS).until(() -> !tier.stats().available());
  }

  /** The possible difference between its clock and that of Redis. */
  long clockErrorMillis() {
    return ((SharedTier) tier).sharedStats().clockErrorMicros() / 1_000 + 1;
  }

  /** Returns when any write of one of these tiers is newer than the earlier writes of the others. */
  static void letPass(RawRedis raw, TierProbe... tiers) {
    long errors = Stream.of(tiers).mapToLong(TierProbe::clockErrorMillis).sum();
    raw.letPass(100 + 2 * errors);
  }

  /** Closes the tier. Returns whether that was so quick that no wait can have timed out. */
  boolean closesInTime() {
    long started = System.nanoTime();
    close();
    return System.nanoTime() - started < SECONDS.toNanos(1);
  }

  /**
   * Runs a scenario until a claim holds, up to three times: a pause of the machine may spoil a run.
   *
   * @param scenario receives the number of the run; returns whether the claim holds; fails if only the tier can be the
   *     reason that it does not
   */
  static void holdsUnlessSpoilt(IntPredicate scenario) {
    assertThat(IntStream.range(0, 3).anyMatch(scenario)).as("three times").isTrue();
  }

  @Override
  public void close() {
    tier.close();
  }
}
