package io.intelligentcache.disk.internal.recovery;

import io.intelligentcache.disk.internal.format.SegmentIndex;

/**
 * What recovery knows of a segment.
 *
 * @param indexed whether this comes from its hint file; else the segment was read
 * @param sealed whether its records reach its seal
 * @param broken where the last record begins if its value is damaged, else 0
 */
record RecoveredSegment(SegmentIndex segmentIndex, boolean indexed, boolean sealed, int broken) {}
