package io.intelligentcache.tier;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * A tier that several instances share.
 *
 * <p>It reports every change, by any instance, to the {@link Changes} of its context. Its items have
 * {@linkplain Item#version versions}: each write has another one. If writes of one key arrive out of order, the
 * one with the greatest version stays. Puts answer {@link Outcome.Stored}.
 */
public interface SharedTier extends Tier {
  /**
   * Asks whether a key still has the version that the caller knows.
   *
   * @param key what to ask for
   * @param version the version of the item that the caller has, or {@link Version#NONE}
   * @return {@link Lookup#UNCHANGED}; or the same as {@link #get} if something else is there, or that
   *     version is not known
   */
  CompletableFuture<Lookup> revalidate(TierKey key, Version version);

  /**
   * Begins a write that is sent later. A refresh is such a write: its loader may read a value that another
   * instance is about to change.
   *
   * @return this instant
   */
  Beginning begin();

  /**
   * Asks for the lease to load a key that has no value. One instance at a time has it. An instance that asks
   * again gets another lease, and its former lease ends: the answer with the former one may have been lost.
   *
   * <p>So this is also a read: it answers the value that is there. A caller that has a copy of it only learns that
   * it is unchanged. A value that the caller can't decode counts as none for it: the lease replaces the value with the
   * version that the caller names, and no other.
   *
   * @param key what is to be loaded
   * @param life after this time the lease ends by itself
   * @param known the version of the copy that the caller has, or {@link Version#NONE}
   * @param unreadable the version of a value that counts as none, or {@link Version#NONE}
   * @return the lease, or why there is none
   */
  CompletableFuture<Claim> claim(TierKey key, Duration life, Version known, Version unreadable);

  /**
   * Returns a lease that is not needed any more, because there is nothing to store.
   *
   * @param key what was to be loaded
   * @param lease what {@link #claim} answered
   */
  void release(TierKey key, Claim.Lease lease);

  /**
   * Stores an item if a condition holds, in one step.
   *
   * @param entry what to store
   * @param condition what must be there
   * @return {@link Outcome#UNMET} if the condition does not hold. Otherwise as {@link #put}, except for a
   *     refusal: that leaves what is there, or nothing if the item is {@link Reason#TOO_LARGE}
   */
  CompletableFuture<Outcome> putIf(Entry entry, Condition condition);

  /**
   * Removes a key if a condition holds, in one step; as {@link #putIf}.
   *
   * @param key what to remove
   * @param condition what must be there
   * @return as {@link #putIf}
   */
  CompletableFuture<Outcome> removeIf(TierKey key, Condition condition);

  /** {@return counters that other tiers do not have, at about this instant} */
  SharedStats sharedStats();

  /**
   * Whether it can work at this instant. Sends nothing and waits for nothing.
   *
   * @return its state
   */
  SharedHealth health();
}
