package io.intelligentcache.tier;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The answer of a tier that was asked which entries it has: see {@link Tier#list}. */
public sealed interface Listing {
  /** About how many entries a page has at most. */
  int PAGE_ENTRIES = 1_000;

  /**
   * Some of the entries of a space.
   *
   * @param entries the entries; may be empty although more follow
   * @param next where the next page begins; null if this is the last one
   */
  record Page(List<Stored> entries, @Nullable Cursor next) implements Listing {}

  /**
   * The tier did not list these entries. What it has listed before is incomplete.
   *
   * @param why why the tier refused
   * @param detail what happened, in words and without passwords; empty if the reason says it all
   */
  record Refused(Reason why, String detail) implements Listing {}

  /**
   * An entry that a tier has.
   *
   * @param key its key
   * @param bytes what it takes there: its record with the key, without what the tier takes for its index
   */
  record Stored(TierKey key, long bytes) {}

  /** The place where a page begins. Immutable. Only the tier that returned it can read it. */
  interface Cursor {}
}
