package io.intelligentcache.disk.internal.log;

import java.util.List;

/**
 * One round of the writer.
 *
 * @param slices what to write
 * @param waiters who waits for that
 * @param strikes whose old records to strike out, because no tombstone could be appended
 * @param last whether the log ends here
 */
record WriteBatch(
    List<ActiveSegment.Slice> slices,
    List<PendingAck> waiters,
    List<PendingAck> strikes,
    boolean last) {}
