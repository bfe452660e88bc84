package io.intelligentcache.memory;

/**
 * What a copy shows of a tier that instances share.
 *
 * @param stripe where changes of its key are noted
 * @param asOfNanos as of when it was what that tier had, on the clock of {@code TimeSource.nanos()}
 * @param version which write it is, or 0 if that is not known
 */
public record Seen(int stripe, long asOfNanos, long version) {
  /** Of what is shared with nobody. */
  public static final Seen ALONE = new Seen(0, 0, 0);
}
