package io.intelligentcache.internal.memory;

import io.intelligentcache.tier.Version;

/**
 * What a copy shows of a tier that instances share.
 *
 * @param stripe where changes of its key are noted
 * @param asOfNanos as of when it was what that tier had, on the clock of {@code TimeSource.nanos()}
 * @param version which write it is, or {@link Version#NONE} if that is not known
 */
public record CopyStamp(int stripe, long asOfNanos, Version version) {
  /** Of what is shared with nobody. */
  public static final CopyStamp ALONE = new CopyStamp(0, 0, Version.NONE);
}
