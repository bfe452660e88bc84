package io.intelligentcache.disk.internal.log;

import io.intelligentcache.disk.internal.format.Address;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Reason;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * An operation that is not done before the file has it.
 *
 * @param whenWritten its answer once the file has it
 * @param otherwise its answer if the log could not be written but the old record was struck out
 * @param own its own record, if it has one
 * @param stale the record that must not come back, if there is one
 * @param clears whether a whole space must not come back
 * @param since when it began to wait, in nanoseconds
 */
record PendingAck(
    CompletableFuture<Outcome> future,
    Outcome whenWritten,
    Outcome otherwise,
    @Nullable Place own,
    @Nullable Place stale,
    boolean clears,
    long since) {
  /** Where a record lies. */
  record Place(Segment segment, long generation, long address) {
    int offset() {
      return Address.offset(address);
    }

    /** Whether the file has it, so that it would be there after a crash. */
    boolean onDisk() {
      return generation != 0 && segment.generation() == generation && offset() < segment.flushed();
    }
  }

  /** Whether its record reached the file although the round it was in failed. */
  boolean reachedTheFile() {
    return own != null && own.onDisk();
  }

  void written() {
    future.complete(whenWritten);
  }

  void notWritten() {
    future.complete(otherwise);
  }

  void refuse(Reason why) {
    future.complete(new Outcome.Refused(why));
  }
}
