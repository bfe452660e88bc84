package io.intelligentcache.disk.internal.log;

import java.util.List;

/**
 * One batch of the writer.
 *
 * @param slices the bytes to write
 * @param waiters operations that are acknowledged when these are written
 * @param deadMarks operations whose old records must be marked dead, because no tombstone could be
 *     appended
 * @param last whether the log ends with this batch
 */
record WriteBatch(
    List<ActiveSegment.Slice> slices,
    List<PendingAck> waiters,
    List<PendingAck> deadMarks,
    boolean last) {}
