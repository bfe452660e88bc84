package io.intelligentcache.redis;

/** Makes the way to a server when it is first heard of, and lets go of it when it is gone. */
final class Connector {
  private final LettuceClient client;
  private final Limits limits;
  private final boolean mustBePrimary;
  private final RedisClock clock;
  private final Epoch epoch;
  private final LostWrites lostWrites;
  private final Quiet quiet;

  Connector(
      LettuceClient client,
      Limits limits,
      boolean mustBePrimary,
      RedisClock clock,
      Epoch epoch,
      LostWrites lostWrites,
      Quiet quiet) {
    this.client = client;
    this.limits = limits;
    this.mustBePrimary = mustBePrimary;
    this.clock = clock;
    this.epoch = epoch;
    this.lostWrites = lostWrites;
    this.quiet = quiet;
  }

  /** A way to this server; {@link Primary#tend} makes it connect. */
  Primary connect(RedisAddress address) {
    return new Primary(
        address, mustBePrimary, client, limits, clock.add(), epoch, lostWrites, quiet);
  }

  /** Whether troubles are only noted. */
  Quiet quiet() {
    return quiet;
  }

  /** The server is gone, and its connection closed. */
  void release(Primary gone) {
    clock.remove(gone.clock());
  }
}
