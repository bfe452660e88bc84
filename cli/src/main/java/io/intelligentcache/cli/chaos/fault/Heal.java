package io.intelligentcache.cli.chaos.fault;

/** Ends a fault. */
@FunctionalInterface
public interface Heal {
  /** For a fault that has already ended. */
  Heal NOTHING = () -> {};

  /** Ends the fault. */
  void heal();
}
