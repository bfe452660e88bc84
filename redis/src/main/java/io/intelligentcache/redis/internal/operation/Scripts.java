package io.intelligentcache.redis.internal.operation;

import io.intelligentcache.redis.internal.clock.Epoch;
import io.intelligentcache.redis.internal.clock.ServerClock;
import io.intelligentcache.redis.internal.command.Reply;
import io.intelligentcache.redis.internal.command.WriteHooks;
import io.intelligentcache.redis.internal.script.Script;
import io.intelligentcache.redis.internal.settings.RedisCounters;
import io.intelligentcache.redis.internal.topology.CommandRouter;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Runs scripts on Redis. A script is sent by its digest. If Redis does not know the digest, the whole source is sent.
 */
public final class Scripts {
  private final CommandRouter router;
  private final byte @Nullable [] channel;
  private final RedisCounters counters;

  /** The arguments of a script. They may depend on the clock of the server that runs it. */
  interface Arguments {
    byte[][] at(ServerClock clock);
  }

  /**
   * Sends scripts over this router.
   *
   * @param channel where changes are published, or null
   */
  public Scripts(CommandRouter router, RedisCounters counters, byte @Nullable [] channel) {
    this.router = router;
    this.channel = channel;
    this.counters = counters;
  }

  /**
   * Runs a script on keys. In a cluster all keys are in one slot.
   *
   * @param bytes the approximate size of the keys and arguments
   */
  <T extends @Nullable Object> CompletableFuture<Reply<T>> run(
      Script<T> script, WriteHooks hooks, long bytes, byte[][] keys, Arguments arguments) {
    CompletableFuture<Reply<T>> sent = router.send(
        keys[0], hooks, bytes, (redis, clock) -> script.run(redis, keys, all(arguments.at(clock))));
    return sent.thenCompose(reply -> {
      if (!isUnknown(reply)) {
        return CompletableFuture.completedFuture(reply);
      }
      hooks.beforeAgain().run();
      counters.scriptReloads.increment();
      return router.send(
          keys[0],
          hooks,
          bytes + script.bytes(),
          (redis, clock) -> script.runWhole(redis, keys, all(arguments.at(clock))));
    });
  }

  /** As {@link #run}, for a command of a load: see {@link CommandRouter#inTurn}. */
  <T extends @Nullable Object> CompletableFuture<Reply<T>> runInTurn(
      Script<T> script, WriteHooks hooks, long bytes, byte[][] keys, Arguments arguments) {
    return router.inTurn(keys[0], bytes, () -> run(script, hooks, bytes, keys, arguments));
  }

  /** Asks Redis for the epoch, unless an earlier such question is still unanswered. */
  public void look(Epoch epoch) {
    if (epoch.beginLook()) {
      var unused = ask(epoch).thenRun(epoch::endLook);
    }
  }

  /** Asks Redis for the epoch. Returns whether Redis has answered. */
  CompletableFuture<Boolean> ask(Epoch epoch) {
    byte[][] names = epoch.names();
    return run(Script.CLOCK, WriteHooks.NONE, names[0].length, names, server -> epoch.arguments())
        .thenApply(reply -> {
          if (reply instanceof Reply.Ok<Long> ok) {
            epoch.learn(ok.value());
          }
          return reply instanceof Reply.Ok<Long>;
        });
  }

  /** Whether Redis did not run a script because it does not know the digest. */
  private static boolean isUnknown(Reply<?> reply) {
    return reply instanceof Reply.Failed<?> error && error.message().startsWith("NOSCRIPT");
  }

  private byte[][] all(byte[][] arguments) {
    if (channel == null) {
      return arguments;
    }
    byte[][] all = Arrays.copyOf(arguments, arguments.length + 1);
    all[arguments.length] = channel;
    return all;
  }
}
