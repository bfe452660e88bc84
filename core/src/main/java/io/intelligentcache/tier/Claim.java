package io.intelligentcache.tier;

/** What a {@link SharedTier} answers to somebody who wants to load a key. */
public sealed interface Claim {
  /**
   * The caller is the one to load it. Whoever writes or removes the key takes the lease away.
   *
   * @param high half of what tells this lease from all others
   * @param low the other half
   */
  record Lease(long high, long low) implements Claim {}

  /**
   * Somebody has stored a value meanwhile.
   *
   * @param item the value
   */
  record Present(Item item) implements Claim {}

  /** Another instance is loading it. That a key changes is told, so there is no need to ask again. */
  record Held() implements Claim {}

  /**
   * Nobody knows.
   *
   * @param why what kept the tier
   */
  record Refused(Reason why) implements Claim {}
}
