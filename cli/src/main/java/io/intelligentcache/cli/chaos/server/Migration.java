package io.intelligentcache.cli.chaos.server;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A migration of slots from one primary to another, in the steps that administrators' tools use.
 *
 * @param from the present owner
 * @param to the future owner
 * @param slots the numbers of the slots
 */
record Migration(ClusterServer from, ClusterServer to, List<String> slots) {
  private static final String TIMEOUT_MILLIS = "5000";
  private static final String KEYS_AT_ONCE = "100";

  /**
   * Begins the migration. From here on the old owner redirects requests for keys it
   * does not have to the new owner.
   */
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
