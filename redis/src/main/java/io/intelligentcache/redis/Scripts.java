package io.intelligentcache.redis;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Sends programs over the pipe: by digest, and whole where Redis does not know the digest. */
final class Scripts {
  private final Pipe pipe;
  private final Counters counters;

  /** What a program is given, by the clock of the server that runs it. */
  interface Arguments {
    byte[][] at(ServerClock clock);
  }

  Scripts(Pipe pipe, Counters counters) {
    this.pipe = pipe;
    this.counters = counters;
  }

  /**
   * Runs a program on keys, which in a cluster are all of one slot.
   *
   * @param bytes about how many the keys and arguments have
   */
  <T extends @Nullable Object> CompletableFuture<Reply<T>> run(
      Script<T> script, Effect effect, long bytes, byte[][] keys, Arguments arguments) {
    CompletableFuture<Reply<T>> sent = pipe.send(
        keys[0], effect, bytes, (redis, clock) -> script.run(redis, keys, arguments.at(clock)));
    return sent.thenCompose(reply -> {
      if (!Script.isUnknown(reply)) {
        return CompletableFuture.completedFuture(reply);
      }
      effect.beforeAgain().run();
      counters.scriptReloads.increment();
      return pipe.send(
          keys[0],
          effect,
          bytes + script.bytes(),
          (redis, clock) -> script.runWhole(redis, keys, arguments.at(clock)));
    });
  }
}
