package io.intelligentcache.redis.internal.topology;

import io.intelligentcache.redis.internal.clock.Epoch;
import io.intelligentcache.redis.internal.clock.RedisClock;
import io.intelligentcache.redis.internal.connection.LettuceClient;
import io.intelligentcache.redis.internal.connection.LostWrites;
import io.intelligentcache.redis.internal.connection.OpeningPhase;
import io.intelligentcache.redis.internal.connection.Primary;
import io.intelligentcache.redis.internal.settings.RedisAddress;
import io.intelligentcache.redis.internal.settings.RedisLimits;

/** Makes the way to a server when it is first heard of, and lets go of it when it is gone. */
public final class Connector {
  private final LettuceClient client;
  private final RedisLimits limits;
  private final boolean mustBePrimary;
  private final RedisClock clock;
  private final Epoch epoch;
  private final LostWrites lostWrites;
  private final OpeningPhase opening;

  public Connector(
      LettuceClient client,
      RedisLimits limits,
      boolean mustBePrimary,
      RedisClock clock,
      Epoch epoch,
      LostWrites lostWrites,
      OpeningPhase opening) {
    this.client = client;
    this.limits = limits;
    this.mustBePrimary = mustBePrimary;
    this.clock = clock;
    this.epoch = epoch;
    this.lostWrites = lostWrites;
    this.opening = opening;
  }

  /** A way to this server; {@link Primary#tend} makes it connect. */
  public Primary connect(RedisAddress address) {
    return new Primary(
        address, mustBePrimary, client, limits, clock.add(), epoch, lostWrites, opening);
  }

  /** Whether troubles are only noted. */
  OpeningPhase quiet() {
    return opening;
  }

  /** The server is gone, and its connection closed. */
  void release(Primary gone) {
    clock.remove(gone.clock());
  }
}
