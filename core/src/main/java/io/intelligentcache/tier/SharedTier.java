package io.intelligentcache.tier;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * A tier that several instances have in common.
 *
 * <p>It tells the {@link Changes} of its context what anybody changes in it. Its items have {@linkplain
 * Item#version versions}: each write has another one, and where writes of one key overtake each other on
 * their way, the one with the greatest version stays. Puts answer {@link Outcome.Stored}.
 */
public interface SharedTier extends Tier {
  /**
   * Asks whether a key still has what the caller knows.
   *
   * @param key what to ask for
   * @param version the version of the item that the caller has, or {@link Version#NONE}
   * @return {@link Lookup#UNCHANGED} or, if something else is there or that version is not known, as
   *     {@link #get}
   */
  CompletableFuture<Lookup> revalidate(TierKey key, Version version);

  /**
   * Begins a write that is sent later: a refresh, whose loader may read what another instance is about to change.
   *
   * @return this instant
   */
  Beginning begin();

  /**
   * Asks for the right to load a key that has no value. One instance at a time has it. An instance that asks
   * again has a new lease, and its former one is none any more: it may have been lost on its way back.
   *
   * <p>A value that the caller can't read is none for it: the lease takes the place of the very value that it names, and of no
   * other.
   *
   * @param key what is to be loaded
   * @param life after this the lease ends by itself
   * @param unreadable the version of a value that counts as none, or {@link Version#NONE}
   * @return the lease, or why there is none
   */
  CompletableFuture<Claim> claim(TierKey key, Duration life, Version unreadable);

  /**
   * Gives a lease back that is not needed any more, because there is nothing to store.
   *
   * @param key what was to be loaded
   * @param lease what {@link #claim} answered
   */
  void release(TierKey key, Claim.Lease lease);

  /**
   * Stores an item if a condition holds, in one step.
   *
   * @param entry what to store
   * @param condition what has to be there
   * @return {@link Outcome#UNMET} if the condition does not hold; else as {@link #put}, but for a refusal,
   *     which leaves what is there, or nothing if the item is {@link Reason#TOO_LARGE}
   */
  CompletableFuture<Outcome> putIf(Entry entry, Condition condition);

  /**
   * Makes a key absent if a condition holds, in one step; as {@link #putIf}.
   *
   * @param key what to forget
   * @param condition what has to be there
   * @return as {@link #putIf}
   */
  CompletableFuture<Outcome> removeIf(TierKey key, Condition condition);

  /** {@return what it did that other tiers don't, at about this instant} */
  SharedStats sharedStats();

  /**
   * Whether it can do its work at this instant. Asks nobody and waits for nothing.
   *
   * @return its state
   */
  SharedHealth health();
}
