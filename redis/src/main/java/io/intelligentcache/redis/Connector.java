package io.intelligentcache.redis;

/** Makes the way to a server when it is first heard of, and lets go of it when it is gone. */
final class Connector {
  private final LettuceClient client;
  private final Limits limits;
  private final boolean mustBePrimary;
  private final RedisClock clock;
  private final Epoch epoch;
  private final LostWrites lostWrites;

  Connector(
      LettuceClient client,
      Limits limits,
      boolean mustBePrimary,
      RedisClock clock,
      Epoch epoch,
      LostWrites lostWrites) {
    this.client = client;
    this.limits = limits;
    this.mustBePrimary = mustBePrimary;
    this.clock = clock;
    this.epoch = epoch;
    this.lostWrites = lostWrites;
  }

  /** A way to this server; {@link Primary#tend} makes it connect. */
  Primary connect(RedisAddress address) {
    return new Primary(address, mustBePrimary, client, limits, clock.add(), epoch, lostWrites);
  }

  /** The server is gone, and its connection closed. */
  void release(Primary gone) {
    clock.remove(gone.clock());
  }
}
