package io.intelligentcache.cli.chaos.server;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Slots on their way from one primary to another, step by step as administrators' tools move them.
 *
 * @param from who owns them
 * @param to who will
 * @param slots by their numbers
 */
record Migration(ClusterServer from, ClusterServer to, List<String> slots) {
  private static final String TIMEOUT_MILLIS = "5000";
  private static final String KEYS_AT_ONCE = "100";

  /** From here on the former owner sends those who ask for what it does not have to the other one. */
  void begin() throws IOException {
    String source = from.view().self().id();
    String target = to.view().self().id();
    for (String slot : slots) {
      to.server().ask("CLUSTER", "SETSLOT", slot, "IMPORTING", source);
      from.server().ask("CLUSTER", "SETSLOT", slot, "MIGRATING", target);
    }
  }

  void finish() throws IOException {
    String target = to.view().self().id();
    for (String slot : slots) {
      moveKeys(slot);
      to.server().ask("CLUSTER", "SETSLOT", slot, "NODE", target);
      from.server().ask("CLUSTER", "SETSLOT", slot, "NODE", target);
    }
  }

  private void moveKeys(String slot) throws IOException {
    List<String> keys = keys(slot);
    while (!keys.isEmpty()) {
      String port = String.valueOf(to.server().port());
      List<String> words =
          new ArrayList<>(List.of("MIGRATE", "127.0.0.1", port, "", "0", TIMEOUT_MILLIS, "KEYS"));
      words.addAll(keys);
      from.server().ask(words.toArray(String[]::new));
      keys = keys(slot);
    }
  }

  private List<String> keys(String slot) throws IOException {
    return from.server().ask("CLUSTER", "GETKEYSINSLOT", slot, KEYS_AT_ONCE);
  }
}
