package io.intelligentcache.tier;

import org.jspecify.annotations.Nullable;

/** What has to be under a key for a write to take effect. */
public sealed interface Condition {
  /** That there is no value. */
  Condition ABSENT = new Absent();

  /** No value, or one that has expired. */
  record Absent() implements Condition {}

  /**
   * The value of one write, also if it has expired.
   *
   * @param version which write
   * @param begun when the write began that has this condition, see {@link SharedTier#begin}; null if it begins when it
   *     is sent
   */
  record Unchanged(Version version, @Nullable Beginning begun) implements Condition {}

  /**
   * A lease, with nothing written since it was granted.
   *
   * @param lease the lease
   */
  record Leased(Claim.Lease lease) implements Condition {}
}
