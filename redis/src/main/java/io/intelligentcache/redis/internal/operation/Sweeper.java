package io.intelligentcache.redis.internal.operation;

import io.intelligentcache.redis.internal.clock.Epoch;
import io.intelligentcache.redis.internal.clock.Versions;
import io.intelligentcache.redis.internal.command.Futures;
import io.intelligentcache.redis.internal.command.Reply;
import io.intelligentcache.redis.internal.command.WriteHooks;
import io.intelligentcache.redis.internal.connection.Deadlines;
import io.intelligentcache.redis.internal.connection.Primary;
import io.intelligentcache.redis.internal.connection.SendWindow;
import io.intelligentcache.redis.internal.operation.Generations.Bound;
import io.intelligentcache.redis.internal.script.Arguments;
import io.intelligentcache.redis.internal.script.Script;
import io.intelligentcache.redis.internal.settings.Retention;
import io.intelligentcache.redis.internal.topology.SlotSnapshot;
import io.intelligentcache.redis.internal.topology.Topology;
import io.intelligentcache.tier.Space;
import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Scans the keys of Redis and unlinks those that a sweep removes: records that are not newer than its removals.
 * Tombstones stay until they expire.
 *
 * <p>A scan uses its own connection, so that reads do not wait behind it. The unlink commands use the shared
 * connection. One batch costs the server about as much as a few hundred gets.
 *
 * <p>In a cluster a key may move while the servers are scanned one after the other. If it moves from a server that is
 * not scanned yet to one that is scanned already, the scan misses it. Therefore all servers are scanned a second time
 * if slots moved. A key that was still on its former owner at the end of the first scan was seen there. A key that had
 * moved before is on its new owner during the whole second scan.
 */
public final class Sweeper {
  private static final int NAMES_PER_SCAN = 1_000; // about 0.5 ms of the server's time
  private static final int NAMES_PER_UNLINK = 250;
  private static final Duration LONGEST_STEP = Duration.ofSeconds(5);

  // A command is sent a second time if the server does not know the script. In a cluster each of
  // the two may also be redirected once.
  private static final int MOST_SENDS = 2;
  private static final int MOST_SENDS_IN_CLUSTER = 4;

  private final Topology topology;
  private final Scripts scripts;
  private final Epoch epoch;
  private final Generations generations;
  private final Versions versions;
  private final Deadlines deadlines;

  public Sweeper(
      Topology topology,
      Scripts scripts,
      Epoch epoch,
      Generations generations,
      Versions versions,
      Deadlines deadlines) {
    this.topology = topology;
    this.scripts = scripts;
    this.epoch = epoch;
    this.generations = generations;
    this.versions = versions;
    this.deadlines = deadlines;
  }

  /**
   * Continues where the last attempt stopped. Every step has a deadline.
   *
   * @return whether the sweep is done
   * @throws Sweep.Failed if a predicate failed
   */
  boolean run(Sweep sweep) {
    try {
      // First ask for the time: the versions of removals, and of the writes that they must remove,
      // depend on it.
      if (!earlierWritesTookEffect() || !await(scripts.ask(epoch))) {
        return false;
      }
      sweep.removals().forEach(BulkRemoval::askedForTheTime);
      return raised(sweep) && scanAll(sweep);
    } catch (ExecutionException | TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /**
   * Raises the generations of the spaces. After that Redis stores no write that began before the removals; see
   * {@link Generations}. A removal that is older than {@link Retention#tombstones} needs no generation, because a write
   * from before it would be refused as late.
   */
  private boolean raised(Sweep sweep)
      throws ExecutionException, InterruptedException, TimeoutException {
    Map<Space, Bound> bounds = new HashMap<>();
    for (BulkRemoval removal : sweep.removals()) {
      if (generations.isNeededFor(removal)) {
        bounds.merge(
            removal.space(), new Bound(removal.drawn(), removal.calledMicros()), Bound::and);
      }
    }
    if (bounds.isEmpty()) {
      return true;
    }
    sweep.begun = true;
    BitSet raised = sweep.raised;
    int slots = generations.slots();
    if (slots == 1) {
      raised.clear(); // raise it again: the server may have lost it
    }
    for (int slot = raised.nextClearBit(0); slot < slots; ) {
      int until = Math.min(slots, slot + SendWindow.COMMANDS);
      for (boolean done : await(generations.raise(bounds, slot, until))) {
        raised.set(slot++, done);
      }
      slot = raised.nextClearBit(slot);
    }
    return raised.cardinality() == slots;
  }

  /**
   * Waits until every put that was sent before has taken effect; otherwise Redis could store it after the scan has
   * passed its key. Commands on the shared connection are executed in order. So when a server has answered a command,
   * every put sent before it has taken effect, or was sent once more before the next round. {@code LostWrites} knows
   * the puts of a connection that ended.
   */
  private boolean earlierWritesTookEffect()
      throws ExecutionException, InterruptedException, TimeoutException {
    int rounds = topology.isCluster() ? MOST_SENDS_IN_CLUSTER : MOST_SENDS;
    for (int i = 0; i < rounds; i++) {
      List<CompletableFuture<Boolean>> asked =
          topology.primaries().stream().map(Primary::askTime).toList();
      if (asked.isEmpty() || await(Futures.all(asked)).contains(false)) {
        return false;
      }
    }
    return true;
  }

  private boolean scanAll(Sweep sweep)
      throws ExecutionException, InterruptedException, TimeoutException {
    SlotSnapshot before = sweep.before == null ? await(SlotSnapshot.of(topology)) : sweep.before;
    sweep.before = before;
    if (before == null || !scanEach(sweep)) {
      return false;
    }
    SlotSnapshot after = await(SlotSnapshot.of(topology));
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
    sweep.begun = true;
    try {
      Sweep.Progress progress =
          sweep.progress.computeIfAbsent(primary.address(), unscanned -> new Sweep.Progress());
      return scan(sweep, progress, lent.async());
    } finally {
      var unused = lent.closeAsync();
    }
  }

  private StatefulRedisConnection<byte[], byte[]> lend(Primary primary)
      throws ExecutionException, InterruptedException, TimeoutException {
    CompletableFuture<StatefulRedisConnection<byte[], byte[]>> lent = primary.lend();
    try {
      return await(lent);
    } catch (InterruptedException | TimeoutException e) {
      // Connecting may take longer than one step. Close the connection when it is open at last.
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
      progress.cursor = ScanCursor.INITIAL; // a cursor is valid on one server only
      progress.server = server;
    }
    ScanArgs ours = ScanArgs.Builder.limit(NAMES_PER_SCAN).match(pattern(sweep.prefix()));
    while (!progress.cursor.isFinished()) {
      KeyScanCursor<byte[]> page = await(redis.scan(progress.cursor, ours));
      if (!unlink(judged(sweep, page.getKeys()))) {
        return false;
      }
      progress.cursor = page;
    }
    return true;
  }

  private static Map<Sweep.Verdict, List<byte[]>> judged(Sweep sweep, List<byte[]> names) {
    Map<Sweep.Verdict, List<byte[]>> judged = new HashMap<>();
    for (byte[] name : names) {
      Sweep.Verdict verdict = sweep.judge(name);
      if (verdict != null) {
        judged.computeIfAbsent(verdict, first -> new ArrayList<>()).add(name);
      }
    }
    return judged;
  }

  private boolean unlink(Map<Sweep.Verdict, List<byte[]>> judged)
      throws ExecutionException, InterruptedException, TimeoutException {
    for (Map.Entry<Sweep.Verdict, List<byte[]>> some : judged.entrySet()) {
      if (!unlink(some.getKey(), some.getValue())) {
        return false;
      }
    }
    return true;
  }

  private boolean unlink(Sweep.Verdict verdict, List<byte[]> names)
      throws ExecutionException, InterruptedException, TimeoutException {
    for (int from = 0; from < names.size(); from += NAMES_PER_UNLINK) {
      List<byte[]> batch = names.subList(from, Math.min(from + NAMES_PER_UNLINK, names.size()));
      for (Reply<Long> reply : await(send(verdict, batch))) {
        if (!(reply instanceof Reply.Ok<Long> removed)) {
          return false;
        }
        if (verdict.by() != null) {
          verdict.by().removed += removed.value();
        }
      }
    }
    return true;
  }

  /**
   * Sends one command for all names. In a cluster it sends one command for each name, because a command on several keys
   * may be refused there.
   */
  private CompletableFuture<List<Reply<Long>>> send(Sweep.Verdict verdict, List<byte[]> batch) {
    byte[][] arguments = {
      Generations.bytes(versions.of(verdict.version())), Arguments.decimal(verdict.calledMicros())
    };
    if (topology.isCluster()) {
      return Futures.all(batch.stream().map(name -> send(arguments, name)).toList());
    }
    return send(arguments, batch.toArray(byte[][]::new)).thenApply(List::of);
  }

  private CompletableFuture<Reply<Long>> send(byte[][] arguments, byte[]... names) {
    long bytes = arguments[0].length;
    for (byte[] name : names) {
      bytes += name.length;
    }
    return scripts.run(Script.SWEEP, WriteHooks.NONE, bytes, names, server -> arguments);
  }

  /** Adds the wildcard. A name contains no character that has a meaning in a pattern; see {@code KeyNames}. */
  static byte[] pattern(byte[] prefix) {
    byte[] pattern = Arrays.copyOf(prefix, prefix.length + 1);
    pattern[prefix.length] = '*';
    return pattern;
  }

  /** The run ID of the server, which changes with each restart; empty if the server does not say. */
  private String serverId(RedisAsyncCommands<byte[], byte[]> redis)
      throws InterruptedException, TimeoutException {
    try {
      return await(redis.info("server"))
          .lines()
          .filter(line -> line.startsWith("run_id:"))
          .findFirst()
          .orElse("");
    } catch (ExecutionException e) {
      return ""; // an access rule forbids INFO: each attempt scans from the start
    }
  }

  private <T extends @Nullable Object> T await(CompletionStage<T> step)
      throws ExecutionException, InterruptedException, TimeoutException {
    return deadlines.await(step, LONGEST_STEP);
  }
}
