package io.intelligentcache.tier;

import org.jspecify.annotations.Nullable;

/** What must be stored under a key for a write to take effect. */
public sealed interface Condition {
  /** There must be no value. */
  Condition ABSENT = new Absent();

  /**
   * When the write began.
   *
   * @return null if it begins when it is sent
   */
  @Nullable
  Beginning begun();

  /** There must be no value, or an expired one. */
  record Absent() implements Condition {
    @Override
    public @Nullable Beginning begun() {
      return null;
    }
  }

  /**
   * The value of one write must still be there, also if it has expired.
   *
   * @param version which write
   * @param begun when the write that has this condition began, see {@link SharedTier#begin}; null if it
   *     begins when it is sent
   */
  record Unchanged(Version version, @Nullable Beginning begun) implements Condition {}

  /**
   * The lease must still be held, and nothing may have been written since it was granted.
   *
   * @param lease the lease
   */
  record Leased(Claim.Lease lease) implements Condition {
    @Override
    public Beginning begun() {
      return lease.begun();
    }
  }
}
