package io.intelligentcache.tier;

/** The answer of a tier to a read. A tier that is slow, full or broken refuses; it does not throw. */
public sealed interface Lookup {
  /** The answer of a tier that does not have the item. */
  Lookup MISS = new Miss();

  /**
   * The tier has the item, unexpired by its own clock.
   *
   * @param item what it has
   */
  record Hit(Item item) implements Lookup {}

  /** The answer of a tier that still has the version that the caller knows. */
  Lookup UNCHANGED = new Unchanged();

  /** The tier does not have the item. */
  record Miss() implements Lookup {}

  /** The tier has the version that the caller asked about, unexpired. */
  record Unchanged() implements Lookup {}

  /**
   * The tier did not look. It is unknown whether the item is there.
   *
   * @param why why the tier refused
   */
  record Refused(Reason why) implements Lookup {}
}
