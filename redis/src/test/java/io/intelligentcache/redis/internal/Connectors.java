package io.intelligentcache.redis.internal;

import io.intelligentcache.redis.internal.clock.Epoch;
import io.intelligentcache.redis.internal.clock.RedisClock;
import io.intelligentcache.redis.internal.connection.Handshake;
import io.intelligentcache.redis.internal.connection.LettuceClient;
import io.intelligentcache.redis.internal.connection.LostWrites;
import io.intelligentcache.redis.internal.connection.OpeningPhase;
import io.intelligentcache.redis.internal.key.KeyNames;
import io.intelligentcache.redis.internal.settings.RedisLimits;
import io.intelligentcache.redis.internal.settings.Retention;
import io.intelligentcache.redis.internal.topology.Connector;
import io.intelligentcache.tier.TimeSource;

/** Connectors for tests of single parts. */
public final class Connectors {
  private Connectors() {}

  public static Connector of(LettuceClient client, RedisLimits limits) {
    return new Connector(
        client,
        limits,
        new Handshake(false, new Epoch(new KeyNames("icm"), true, Retention.DEFAULTS)),
        new RedisClock(TimeSource.SYSTEM),
        new LostWrites(),
        new OpeningPhase());
  }
}
