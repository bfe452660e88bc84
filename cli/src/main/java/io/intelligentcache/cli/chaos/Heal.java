package io.intelligentcache.cli.chaos;

/** Ends a fault. */
@FunctionalInterface
interface Heal {
  /** For what is over at once. */
  Heal NOTHING = () -> {};

  /** Makes it well again. */
  void heal();
}
