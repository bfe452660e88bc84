package io.intelligentcache.cli.chaos.fault;

/** Ends a fault. */
@FunctionalInterface
public interface Heal {
  /** For what is over at once. */
  Heal NOTHING = () -> {};

  /** Makes it well again. */
  void heal();
}
