package io.intelligentcache.tier;

/** The answer of a {@link SharedTier} to an instance that asks for the lease to load a key. */
public sealed interface Claim {
  /** The answer to a caller whose copy is still the value of the key. */
  Claim UNCHANGED = new Unchanged();

  /**
   * The caller has the lease and should load the key. A write or removal of the key ends the lease.
   *
   * @param id distinguishes this lease from the others of this instance
   * @param begun when the load began, which is when the lease was granted. A change that is made while the
   *     loader runs is newer; the version is greater than that of whatever was found under the key
   */
  record Lease(long id, Beginning begun) implements Claim {}

  /**
   * The key has a value.
   *
   * @param item the value
   */
  record Present(Item item) implements Claim {}

  /** The key has the value of which the caller has a copy. */
  record Unchanged() implements Claim {}

  /**
   * Another instance has the lease and is loading the key. Changes of the key are reported, so there is no need
   * to ask again.
   */
  record Held() implements Claim {}

  /**
   * The tier did not answer the question.
   *
   * @param why why the tier refused
   */
  record Refused(Reason why) implements Claim {}
}
