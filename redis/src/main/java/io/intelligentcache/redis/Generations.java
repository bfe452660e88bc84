package io.intelligentcache.redis;

import io.intelligentcache.tier.Space;
import io.intelligentcache.tier.TierKey;
import io.intelligentcache.tier.Version;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The generation of a space: the version of its latest clear or pattern removal. A write that began before it is not
 * stored any more, whatever instance sends it, because the removal may have passed its key already:
 *
 * <pre>
 *   A: put k, begun at 100        stuck in the network, or to be repeated
 *   B: clears, at 200             generation 200, then unlinks every key
 *   A: put k arrives              refused: it began before 200
 * </pre>
 *
 * <p>Redis keeps a generation as long as a write may still arrive, {@link Writes#TOMBSTONE_LIFE}. Where one server has all keys,
 * the program that stores a record compares it. In a cluster that program can't read it, because it is in another
 * slot; there only repeated puts are compared, by the instance that repeats them.
 */
final class Generations {
  private static final byte[] KEPT_MILLIS = Writes.decimal(Writes.TOMBSTONE_LIFE.toMillis());
  private static final int BYTES = 3 * Long.BYTES;

  private final Pipe pipe;
  private final Scripts scripts;
  private final KeyNames names;
  private final byte[] setBack;
  private final byte[] clock;

  Generations(Pipe pipe, Scripts scripts, KeyNames names) {
    this.pipe = pipe;
    this.scripts = scripts;
    this.names = names;
    this.setBack = names.setBack();
    this.clock = names.clock();
  }

  /** Whether {@link Script#WRITE} compares the generation. */
  boolean comparesWrites() {
    return !pipe.spreads();
  }

  /** The names that {@link Script#WRITE} gets for a key of this name. */
  byte[][] forWrite(byte[] name) {
    return comparesWrites()
        ? new byte[][] {name, KeyNames.generation(name), setBack, clock}
        : new byte[][] {name};
  }

  /**
   * Raises the generation of a space.
   *
   * @param to the version of a removal
   * @param micros when that was called on the clock of Redis, or a little later
   */
  CompletableFuture<Reply<Long>> raise(Space space, Version to, long micros) {
    byte[] name = names.generation(space);
    byte[] generation =
        ByteBuffer.allocate(BYTES).put(bytes(to)).putLong(micros).array();
    byte[][] arguments = {generation, KEPT_MILLIS};
    return scripts.run(
        Script.GENERATION, Effect.NONE, name.length, new byte[][] {name}, server -> arguments);
  }

  /**
   * Whether the space of a key was swept after a write began.
   *
   * @param version of the write
   * @param begunMicros when it began on the clock of Redis, or a little earlier
   * @return null if that can't be asked
   */
  CompletableFuture<@Nullable Boolean> isSweptSince(
      TierKey key, Version version, long begunMicros) {
    byte[] name = names.generation(key.space());
    CompletableFuture<Reply<byte @Nullable []>> asked =
        pipe.send(name, name.length, (redis, server) -> redis.get(name));
    return asked.thenApply(reply -> {
      if (!(reply instanceof Reply.Ok<byte @Nullable []> ok)) {
        return null;
      }
      byte[] found = ok.value();
      return found != null && found.length == BYTES && isAfter(found, version, begunMicros);
    });
  }

  static byte[] bytes(Version version) {
    return ByteBuffer.allocate(2 * Long.BYTES)
        .putLong(version.time())
        .putLong(version.writer())
        .array();
  }

  /** As write.lua judges: a later version may have begun before another instance's sweep. */
  private static boolean isAfter(byte[] generation, Version version, long begunMicros) {
    ByteBuffer in = ByteBuffer.wrap(generation);
    Version swept = new Version(in.getLong(), in.getLong());
    return swept.compareTo(version) > 0
        || (swept.writer() != version.writer() && begunMicros <= in.getLong());
  }
}
