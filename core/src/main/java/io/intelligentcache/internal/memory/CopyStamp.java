package io.intelligentcache.internal.memory;

import io.intelligentcache.tier.Version;

/**
 * What a copy in memory knows about the shared tier's item.
 *
 * @param stripe the stripe in which invalidations of its key are recorded
 * @param asOfNanos the latest instant at which the copy was known to be what that tier had, on the clock of
 *     {@code TimeSource.nanos()}
 * @param version which write it is, or {@link Version#NONE} if that is not known
 */
public record CopyStamp(int stripe, long asOfNanos, Version version) {
  /** The stamp of an entry that is not shared with other instances. */
  public static final CopyStamp ALONE = new CopyStamp(0, 0, Version.NONE);
}
