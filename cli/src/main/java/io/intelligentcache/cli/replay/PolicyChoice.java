package io.intelligentcache.cli.replay;

import io.intelligentcache.EvictionPolicy;
import io.intelligentcache.cli.console.Failure;
import io.intelligentcache.internal.memory.Policies;
import io.intelligentcache.internal.memory.policy.Policy;
import java.util.Locale;

/** A policy of the memory tier, by its name on the command line. */
enum PolicyChoice {
  LRU,
  LFU,
  ADAPTIVE;

  static PolicyChoice parse(String name) {
    for (PolicyChoice choice : values()) {
      if (choice.label().equals(name.toLowerCase(Locale.ROOT))) {
        return choice;
      }
    }
    throw Failure.usage("--policy must be lru, lfu or adaptive: " + name);
  }

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Creates a policy for one engine. */
  Policy create() {
    return Policies.create(EvictionPolicy.valueOf(name()));
  }
}
