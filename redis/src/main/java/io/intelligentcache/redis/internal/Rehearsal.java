package io.intelligentcache.redis.internal;

import io.intelligentcache.redis.internal.connection.Deadlines;
import io.intelligentcache.redis.internal.operation.Reads;
import io.intelligentcache.redis.internal.operation.Writes;
import io.intelligentcache.tier.Beginning;
import io.intelligentcache.tier.Claim;
import io.intelligentcache.tier.Condition;
import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.Space;
import io.intelligentcache.tier.Tier;
import io.intelligentcache.tier.TierKey;
import io.intelligentcache.tier.Version;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/**
 * Runs the read and write path many times before the first caller uses it. In a process that has just started
 * that path is slow: classes have to be loaded, and no code is compiled yet. On a busy machine a burst of first puts
 * would take longer than the command timeout.
 *
 * <p>Nothing is stored. The put has a condition that never holds: it requires a lease that no instance was granted. So
 * Redis runs the whole script up to that condition and refuses. No invalidation is sent either.
 */
final class Rehearsal {
  private static final int ROUNDS = 16;
  private static final int AT_ONCE = 64;
  private static final long LONGEST_NANOS = Duration.ofMillis(500).toNanos();
  private static final Space SPACE = new Space("icm-first-calls", "");
  private static final Version NEVER = new Version(1, 1);
  private static final Condition NEVER_HELD =
      new Condition.Leased(new Claim.Lease(1, new Beginning(NEVER, 0)));
  private static final Item ITEM = new Item(new byte[256], 256, false, 0, Item.NEVER);

  private final Reads reads;
  private final Writes writes;
  private final Deadlines deadlines;

  Rehearsal(Reads reads, Writes writes, Deadlines deadlines) {
    this.reads = reads;
    this.writes = writes;
    this.deadlines = deadlines;
  }

  /**
   * Sends one round with a single key, then rounds with many keys at once. Waits for the answers, but not past the
   * deadline.
   *
   * @param deadlineNanos on the clock of the deadlines
   */
  void make(long deadlineNanos) {
    long started = deadlines.nanos();
    try {
      for (int round = 0; round <= ROUNDS && deadlines.nanos() - started < LONGEST_NANOS; round++) {
        List<CompletableFuture<?>> calls = new ArrayList<>();
        for (int i = 0; i < (round == 0 ? 1 : AT_ONCE); i++) {
          // in a cluster, keys of many servers
          TierKey key = new TierKey(SPACE, new byte[] {(byte) round, (byte) i});
          calls.add(reads.get(key));
          calls.add(reads.revalidate(key, NEVER));
          calls.add(writes.putIf(new Tier.Entry(key, ITEM), NEVER_HELD));
        }
        var unused = deadlines.await(
            CompletableFuture.allOf(calls.toArray(CompletableFuture<?>[]::new)),
            Duration.ofNanos(Math.max(0, deadlineNanos - deadlines.nanos())));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      // The tier also uses a server that is too slow for this.
    }
  }
}
