package io.intelligentcache.redis.internal;

import io.intelligentcache.internal.concurrent.TimerThread;
import io.intelligentcache.redis.FaultProxy;
import io.intelligentcache.redis.RawRedis;
import io.intelligentcache.redis.RedisServerProcess;
import io.intelligentcache.redis.internal.settings.RedisAddress;
import io.intelligentcache.redis.internal.settings.RedisLimits;
import io.intelligentcache.redis.internal.settings.Retention;
import io.intelligentcache.redis.internal.settings.Servers;
import io.intelligentcache.tier.Changes;
import io.intelligentcache.tier.Scheduler;
import io.intelligentcache.tier.TierContext;
import io.intelligentcache.tier.TimeSource;
import java.time.Duration;

/**
 * Two instances on one server. The first one is behind a proxy, and the test can skip its pauses.
 *
 * @param raw another application on the server
 */
record TwoTiers(
    RedisServerProcess server,
    FaultProxy proxy,
    RawRedis raw,
    SkippingScheduler scheduler,
    TierProbe tier,
    TierProbe other)
    implements AutoCloseable {
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
  private static final RedisLimits LIMITS = RedisLimits.DEFAULTS.change(draft -> {
    draft.commandTimeout = Duration.ofSeconds(20);
    draft.connectTimeout = Duration.ofSeconds(20);
  });

  static TwoTiers open() {
    return open(Retention.DEFAULTS);
  }

  /**
   * Starts the server and opens both.
   *
   * @param retention of both
   */
  static TwoTiers open(Retention retention) {
    RedisServerProcess server = RedisServerProcess.launch();
    FaultProxy proxy = FaultProxy.before(server.port());
    SkippingScheduler scheduler = new SkippingScheduler();
    return new TwoTiers(
        server,
        proxy,
        new RawRedis(server),
        scheduler,
        open(proxy.url(), retention, scheduler),
        open(server.url(), retention, new TimerThread("test-timer")));
  }

  private static TierProbe open(String url, Retention retention, Scheduler scheduler) {
    TierProbe tier = new TierProbe(RedisTier.open(
        new Servers.One(RedisAddress.parse(url)),
        LIMITS,
        retention,
        new TierContext(TimeSource.SYSTEM, scheduler, Changes.IGNORED)));
    tier.awaitAvailable();
    return tier;
  }

  /** Cuts the first instance off until the proxy is healed. */
  void cutOff() {
    proxy.refuse();
    proxy.cut();
    tier.awaitUnavailable();
  }

  /** Lets the first instance connect again, and repeat its removals, without the pauses after its last attempts. */
  void heal() {
    proxy.heal();
    scheduler.skip(LONGEST_PAUSE);
    tier.awaitAvailable();
    scheduler.skip(LONGEST_PAUSE);
  }

  @Override
  public void close() {
    tier.close();
    scheduler.close();
    other.close();
    proxy.close();
    raw.close();
    server.close();
  }
}
