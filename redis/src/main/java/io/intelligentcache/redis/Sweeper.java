package io.intelligentcache.redis;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.intelligentcache.tier.Space;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Walks over the keys of Redis and unlinks those of a sweep: what is not newer than it. Tombstones
 * stay until they expire.
 *
 * <p>A scan has its own connection, so that reads don't wait behind it. The unlinks go over the
 * shared one; a batch costs the server about as much as a few hundred gets.
 *
 * <p>Keys that move while all servers are scanned one by one may be missed: they came to where the
 * scan has been from where it has not. Scanning all a second time finds them. Whoever was still with
 * its former owner when the first time was over has been seen there; whoever had left it by then is
 * with its new owner during the whole second time.
 */
final class Sweeper {
  enum Result {
    DONE,
    AGAIN,
    PREDICATE_FAILED
  }

  private static final Logger LOG = LoggerFactory.getLogger(Sweeper.class);
  private static final int NAMES_PER_SCAN = 1_000; // about 0.5 ms of the server's time
  private static final int NAMES_PER_UNLINK = 250;
  private static final long SECONDS_PER_STEP = 5;

  // A command is sent again where a program is unknown; and in a cluster each of both to one more.
  private static final int MOST_SENDS = 2;
  private static final int MOST_SENDS_IN_CLUSTER = 4;

  private final Topology topology;
  private final Scripts scripts;
  private final Generations generations;

  Sweeper(Topology topology, Scripts scripts, Generations generations) {
    this.topology = topology;
    this.scripts = scripts;
    this.generations = generations;
  }

  /** Goes on where the last attempt stopped. Every step has a deadline. */
  Result run(Sweep sweep) {
    try {
      return raised(sweep) && earlierWritesTookEffect() && scanAll(sweep) ? Result.DONE : Result.AGAIN;
    } catch (PredicateFailed e) {
      LOG.warn("a removal ends undone, because its predicate failed", e.getCause());
      return Result.PREDICATE_FAILED;
    } catch (ExecutionException | TimeoutException e) {
      return Result.AGAIN;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Result.AGAIN;
    }
  }

  /** From here on no write from before the sweep is stored; see {@link Generations}. */
  private boolean raised(Sweep sweep)
      throws ExecutionException, InterruptedException, TimeoutException {
    Space space = sweep.space();
    return space == null
        || await(generations.raise(space, sweep.version())) instanceof Reply.Ok<Long>;
  }

  /**
   * Earlier puts on their way could take effect behind the scan's back. Once every shared connection
   * has answered something that was sent behind them they have taken effect, or were sent again,
   * before the next round. Those of a connection that ended are in LostWrites.
   */
  private boolean earlierWritesTookEffect()
      throws ExecutionException, InterruptedException, TimeoutException {
    int rounds = topology.isCluster() ? MOST_SENDS_IN_CLUSTER : MOST_SENDS;
    for (int i = 0; i < rounds; i++) {
      if (await(Whereabouts.ask(topology.primaries(), RedisAsyncCommands::time)) == null) {
        return false;
      }
    }
    return true;
  }

  private boolean scanAll(Sweep sweep)
      throws ExecutionException, InterruptedException, TimeoutException {
    Whereabouts before = sweep.before == null ? await(Whereabouts.of(topology)) : sweep.before;
    sweep.before = before;
    if (before == null || !scanEach(sweep)) {
      return false;
    }
    Whereabouts after = await(Whereabouts.of(topology));
    if (after == null) {
      return false;
    }
    if (sweep.repeated || (after.equals(before) && !after.moving())) {
      return true;
    }
    sweep.repeated = true;
    sweep.progress.clear();
    return scanEach(sweep);
  }

  private boolean scanEach(Sweep sweep)
      throws ExecutionException, InterruptedException, TimeoutException {
    for (Primary primary : topology.primaries()) {
      if (!scan(sweep, primary)) {
        return false;
      }
    }
    return true;
  }

  private boolean scan(Sweep sweep, Primary primary)
      throws ExecutionException, InterruptedException, TimeoutException {
    StatefulRedisConnection<byte[], byte[]> lent = lend(primary);
    try {
      Sweep.Progress progress =
          sweep.progress.computeIfAbsent(primary.address(), unscanned -> new Sweep.Progress());
      return scan(sweep, progress, lent.async());
    } finally {
      var unused = lent.closeAsync();
    }
  }

  private static StatefulRedisConnection<byte[], byte[]> lend(Primary primary)
      throws ExecutionException, InterruptedException, TimeoutException {
    CompletableFuture<StatefulRedisConnection<byte[], byte[]>> lent = primary.lend();
    try {
      return await(lent);
    } catch (InterruptedException | TimeoutException e) {
      // It may come yet, the time to connect may be longer than a step; then nobody else knows it.
      var unused = lent.thenAccept(late -> {
        var unusedClose = late.closeAsync();
      });
      throw e;
    }
  }

  private boolean scan(
      Sweep sweep, Sweep.Progress progress, RedisAsyncCommands<byte[], byte[]> redis)
      throws ExecutionException, InterruptedException, TimeoutException {
    String server = serverId(redis);
    if (server.isEmpty() || !server.equals(progress.server)) {
      progress.cursor = ScanCursor.INITIAL; // a cursor means nothing to another server
      progress.server = server;
    }
    ScanArgs ours = ScanArgs.Builder.limit(NAMES_PER_SCAN).match(pattern(sweep.prefix()));
    while (!progress.cursor.isFinished()) {
      KeyScanCursor<byte[]> page = await(redis.scan(progress.cursor, ours));
      if (!unlink(sweep, taken(sweep, page.getKeys()))) {
        return false;
      }
      progress.cursor = page;
    }
    return true;
  }

  private static List<byte[]> taken(Sweep sweep, List<byte[]> names) {
    List<byte[]> taken = new ArrayList<>();
    for (byte[] name : names) {
      if (takes(sweep, name)) {
        taken.add(name);
      }
    }
    return taken;
  }

  private static boolean takes(Sweep sweep, byte[] name) {
    try {
      return sweep.takes(name);
    } catch (Throwable e) { // foreign code: also a StackOverflowError is its failure, not ours
      throw new PredicateFailed(e);
    }
  }

  private boolean unlink(Sweep sweep, List<byte[]> names)
      throws ExecutionException, InterruptedException, TimeoutException {
    for (int from = 0; from < names.size(); from += NAMES_PER_UNLINK) {
      List<byte[]> batch = names.subList(from, Math.min(from + NAMES_PER_UNLINK, names.size()));
      for (Reply<Long> reply : await(send(sweep, batch))) {
        if (!(reply instanceof Reply.Ok<Long> removed)) {
          return false;
        }
        sweep.removed += removed.value();
      }
    }
    return true;
  }

  /** In one command, or in one for each where commands with several keys may be refused. */
  private CompletableFuture<List<Reply<Long>>> send(Sweep sweep, List<byte[]> batch) {
    byte[] version = Generations.bytes(sweep.version());
    if (topology.isCluster()) {
      return RedisTier.all(batch.stream().map(name -> send(version, name)).toList());
    }
    return send(version, batch.toArray(byte[][]::new)).thenApply(List::of);
  }

  private CompletableFuture<Reply<Long>> send(byte[] version, byte[]... names) {
    long bytes = version.length;
    for (byte[] name : names) {
      bytes += name.length;
    }
    return scripts.run(Script.SWEEP, Effect.NONE, bytes, names, clock -> new byte[][] {version});
  }

  /** Names hold nothing that a pattern would take for more than itself; see {@link KeyNames}. */
  private static byte[] pattern(byte[] prefix) {
    byte[] pattern = Arrays.copyOf(prefix, prefix.length + 1);
    pattern[prefix.length] = '*';
    return pattern;
  }

  /** What tells one run of a server from another, or empty if it does not say. */
  private static String serverId(RedisAsyncCommands<byte[], byte[]> redis)
      throws InterruptedException, TimeoutException {
    try {
      return await(redis.info("server"))
          .lines()
          .filter(line -> line.startsWith("run_id:"))
          .findFirst()
          .orElse("");
    } catch (ExecutionException e) {
      return ""; // an access rule forbids INFO: then each attempt starts over
    }
  }

  private static <T extends @Nullable Object> T await(Future<T> future)
      throws ExecutionException, InterruptedException, TimeoutException {
    return future.get(SECONDS_PER_STEP, SECONDS);
  }

  private static final class PredicateFailed extends RuntimeException {
    private static final long serialVersionUID = 1;

    PredicateFailed(Throwable cause) {
      super(cause);
    }
  }
}
