package io.intelligentcache.tier;

/** What a {@link SharedTier} answers to somebody who wants to load a key. */
public sealed interface Claim {
  /**
   * The caller is the one to load it. A write or removal of the key ends the lease.
   *
   * @param id tells this lease from the others of this instance
   * @param begun of what is loaded under this lease: dated by the claim, because a change made while the loader runs is
   *     newer; its version is after whatever the claim found under the key
   */
  record Lease(long id, Beginning begun) implements Claim {}

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
