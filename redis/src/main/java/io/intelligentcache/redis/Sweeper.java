package io.intelligentcache.redis;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Walks over the keys of Redis and unlinks those of a sweep: what is not newer than it. Tombstones
 * stay until they expire.
 *
 * <p>The scan has its own connection, so that reads don't wait behind it. The unlinks go over the
 * shared one; a batch costs the server about as much as a few hundred gets.
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

  private final Pipe pipe;
  private final Scripts scripts;
  private final Connections connections;

  Sweeper(Pipe pipe, Scripts scripts, Connections connections) {
    this.pipe = pipe;
    this.scripts = scripts;
    this.connections = connections;
  }

  /** Goes on where the last attempt stopped. Every step has a deadline. */
  Result run(Sweep sweep) {
    try {
      // Earlier puts on their way could take effect behind the scan's back. Once the shared
      // connection has answered this, they have taken effect; those of a connection that ended are
      // in LostWrites.
      if (!(await(pipe.send(0, RedisAsyncCommands::time)) instanceof Reply.Ok)) {
        return Result.AGAIN;
      }
      StatefulRedisConnection<byte[], byte[]> lent = lend();
      try {
        return scan(sweep, lent.async());
      } finally {
        var unused = lent.closeAsync();
      }
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

  private StatefulRedisConnection<byte[], byte[]> lend()
      throws ExecutionException, InterruptedException, TimeoutException {
    CompletableFuture<StatefulRedisConnection<byte[], byte[]>> lent = connections.lend();
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

  private Result scan(Sweep sweep, RedisAsyncCommands<byte[], byte[]> redis)
      throws ExecutionException, InterruptedException, TimeoutException {
    String server = serverId(redis);
    if (server.isEmpty() || !server.equals(sweep.server)) {
      sweep.cursor = ScanCursor.INITIAL; // a cursor means nothing to another server
      sweep.server = server;
    }
    ScanArgs ours = ScanArgs.Builder.limit(NAMES_PER_SCAN).match(pattern(sweep.prefix()));
    while (!sweep.cursor.isFinished()) {
      KeyScanCursor<byte[]> page = await(redis.scan(sweep.cursor, ours));
      if (!unlink(sweep, taken(sweep, page.getKeys()))) {
        return Result.AGAIN;
      }
      sweep.cursor = page;
    }
    return Result.DONE;
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
      if (!(await(send(sweep, batch)) instanceof Reply.Ok<Long> removed)) {
        return false;
      }
      sweep.removed += removed.value();
    }
    return true;
  }

  private CompletableFuture<Reply<Long>> send(Sweep sweep, List<byte[]> batch) {
    byte[] version = ByteBuffer.allocate(Long.BYTES).putLong(sweep.version()).array();
    byte[][] names = batch.toArray(byte[][]::new);
    return scripts.run(Script.SWEEP, Operation.STORES_NOTHING, () -> {}, () -> {}, names, version);
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

  private static <T> T await(Future<T> future)
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
