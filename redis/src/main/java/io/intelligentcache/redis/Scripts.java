package io.intelligentcache.redis;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Sends programs over the pipe: by digest, and whole where Redis does not know the digest. */
final class Scripts {
  private final Pipe pipe;
  private final Counters counters;

  Scripts(Pipe pipe, Counters counters) {
    this.pipe = pipe;
    this.counters = counters;
  }

  /**
   * Runs a program on keys.
   *
   * @param version of what it stores, or {@link Operation#STORES_NOTHING}
   * @param beforeLate runs before the answer that it is late
   * @param beforeAgain runs before a second attempt. Reads that were sent behind the first one are
   *     answered before the second is, so by then they must not be believed.
   */
  <T extends @Nullable Object> CompletableFuture<Reply<T>> run(
      Script<T> script,
      long version,
      Runnable beforeLate,
      Runnable beforeAgain,
      byte[][] keys,
      byte[]... arguments) {
    long bytes = bytes(keys) + bytes(arguments);
    CompletableFuture<Reply<T>> sent =
        pipe.send(version, bytes, beforeLate, redis -> script.run(redis, keys, arguments));
    return sent.thenCompose(reply -> {
      if (!Script.isUnknown(reply)) {
        return CompletableFuture.completedFuture(reply);
      }
      beforeAgain.run();
      counters.scriptReloads.increment();
      return pipe.send(
          version,
          bytes + script.bytes(),
          beforeLate,
          redis -> script.runWhole(redis, keys, arguments));
    });
  }

  private static long bytes(byte[][] parts) {
    long bytes = 0;
    for (byte[] part : parts) {
      bytes += part.length;
    }
    return bytes;
  }
}
