package io.intelligentcache.disk.internal.log;

import io.intelligentcache.disk.internal.format.Address;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Reason;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * An operation that is acknowledged when the file has it.
 *
 * @param whenWritten its outcome once the file has it
 * @param otherwise its outcome if the log could not be written but the old record was marked dead
 * @param own its own record; null if it has none
 * @param stale the old record that must not come back; null if there is none
 * @param clears whether it clears a whole space, which must not come back
 * @param since when it began to wait, in nanoseconds on the scheduler's clock
 */
record PendingAck(
    CompletableFuture<Outcome> future,
    Outcome whenWritten,
    Outcome otherwise,
    @Nullable Place own,
    @Nullable Place stale,
    boolean clears,
    long since) {
  /** The place of a record. */
  record Place(Segment segment, long generation, long address) {
    int offset() {
      return Address.offset(address);
    }

    /** Whether the file has the record, so that it would be read after a crash. */
    boolean onDisk() {
      return generation != 0 && segment.generation() == generation && offset() < segment.flushed();
    }
  }

  /** Whether its record reached the file although the write of its batch failed. */
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
