package io.intelligentcache.redis.internal.topology;

import io.intelligentcache.redis.internal.clock.RedisClock;
import io.intelligentcache.redis.internal.connection.Handshake;
import io.intelligentcache.redis.internal.connection.LettuceClient;
import io.intelligentcache.redis.internal.connection.LostWrites;
import io.intelligentcache.redis.internal.connection.OpeningPhase;
import io.intelligentcache.redis.internal.connection.Primary;
import io.intelligentcache.redis.internal.settings.RedisAddress;
import io.intelligentcache.redis.internal.settings.RedisLimits;

/** Creates a {@link Primary} when a server appears, and removes its clock when the server is gone. */
public final class Connector {
  private final LettuceClient client;
  private final RedisLimits limits;
  private final Handshake handshake;
  private final RedisClock clock;
  private final LostWrites lostWrites;
  private final OpeningPhase opening;

  public Connector(
      LettuceClient client,
      RedisLimits limits,
      Handshake handshake,
      RedisClock clock,
      LostWrites lostWrites,
      OpeningPhase opening) {
    this.client = client;
    this.limits = limits;
    this.handshake = handshake;
    this.clock = clock;
    this.lostWrites = lostWrites;
    this.opening = opening;
  }

  /** Creates a {@link Primary} for this server. {@link Primary#tend} connects it. */
  public Primary connect(RedisAddress address) {
    return new Primary(address, client, limits, handshake, clock.add(), lostWrites, opening);
  }

  /** While this phase is on, troubles are not logged. */
  OpeningPhase quiet() {
    return opening;
  }

  /** Records that a server is gone and its connection closed. */
  void release(Primary gone) {
    clock.remove(gone.clock());
  }
}
