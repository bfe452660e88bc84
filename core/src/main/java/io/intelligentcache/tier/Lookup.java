package io.intelligentcache.tier;

/** What a tier answers to a read. A tier that is slow, full or broken refuses; it does not throw. */
public sealed interface Lookup {
  /** The answer of a tier that does not have the item. */
  Lookup MISS = new Miss();

  /**
   * The tier has the item, unexpired by its own clock.
   *
   * @param item what it has
   */
  record Hit(Item item) implements Lookup {}

  /** The answer of a tier that has what the caller knows already. */
  Lookup UNCHANGED = new Unchanged();

  /** The tier does not have the item. */
  record Miss() implements Lookup {}

  /** The tier has the very write that the caller asked for by its version, unexpired. */
  record Unchanged() implements Lookup {}

  /**
   * The tier did not look. The item may be there; nobody knows.
   *
   * @param why what kept it
   */
  record Refused(Reason why) implements Lookup {}
}
