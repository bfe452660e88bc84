package io.intelligentcache.disk.internal.log;

import io.intelligentcache.disk.internal.file.DiskCounters;
import io.intelligentcache.disk.internal.index.Index;

/**
 * The state of an open log, with its lock. Callers change it through {@link Log}, the store's own
 * threads through {@link LogMaintenance}.
 *
 * @param monitor the lock
 * @param ring guarded by the lock, with two exceptions that it names
 * @param active guarded by the lock, with one exception that it names
 * @param index thread-safe; entries are added and removed under the lock, in the order of records
 * @param rangeTombstones thread-safe
 * @param pendingAcks guarded by the lock
 * @param pause thread-safe
 * @param counters thread-safe
 */
public record LogState(
    LogMonitor monitor,
    SegmentRing ring,
    ActiveSegment active,
    Index index,
    RangeTombstones rangeTombstones,
    PendingAcks pendingAcks,
    WritePause pause,
    DiskCounters counters) {}
