package io.intelligentcache.redis.internal.topology;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A line of {@code CLUSTER NODES}.
 *
 * @param id the ID of the node in the cluster, which does not depend on its address
 * @param host its address, or empty if the node does not know it itself
 * @param hostname the host name that it announces, or empty
 * @param port for clients, of the kind (TLS or not) of the connection that asked
 * @param self whether it is the server that answered
 * @param primary whether it accepts writes
 * @param reachable whether the server that answered has heard from it lately
 * @param epoch increases when slots change their owner
 * @param slots the slots that it owns
 * @param moving slots that move to or from it, in the server's words; only the server itself reports them
 */
public record ClusterNode(
    String id,
    String host,
    String hostname,
    int port,
    boolean self,
    boolean primary,
    boolean reachable,
    String epoch,
    BitSet slots,
    List<String> moving) {
  private static final int LAST_SLOT = 16_383;

  /** Parses an answer. Nodes that no client can connect to are left out. */
  public static List<ClusterNode> all(String answer) {
    List<ClusterNode> nodes = new ArrayList<>();
    for (String line : answer.split("\n", -1)) {
      ClusterNode node = of(line.trim().split(" ", -1));
      if (node != null) {
        nodes.add(node);
      }
    }
    return nodes;
  }

  /**
   * The slots that the server that answered owns, as it reports. Empty unless that server reaches more than half of the
   * servers that own keys: otherwise the others may have made one of its replicas the owner, and it would not know
   * that.
   */
  public static BitSet slotsOfSelf(String answer) {
    BitSet own = new BitSet();
    int reachable = 0;
    int owners = 0;
    for (ClusterNode node : all(answer)) {
      if (node.primary() && !node.slots().isEmpty()) {
        owners++;
        reachable += node.reachable() ? 1 : 0;
        if (node.self()) {
          own.or(node.slots());
        }
      }
    }
    return 2 * reachable > owners ? own : new BitSet();
  }

  /** {@code id ip:port@bus,hostname flags primary ping pong epoch link slot...}. */
  private static @Nullable ClusterNode of(String[] fields) {
    if (fields.length < 8) {
      return null;
    }
    String[] names = fields[1].split(",", -1);
    String address = names[0].split("@", -1)[0];
    int colon = address.lastIndexOf(':');
    int port = colon < 0 ? 0 : number(address.substring(colon + 1));
    List<String> flags = List.of(fields[2].split(",", -1));
    if (port < 1 || port > 65_535 || flags.contains("handshake") || flags.contains("noaddr")) {
      return null;
    }
    BitSet slots = new BitSet();
    List<String> moving = new ArrayList<>();
    for (String range : Arrays.asList(fields).subList(8, fields.length)) {
      if (range.startsWith("[")) {
        moving.add(range);
      } else {
        addRange(range, slots);
      }
    }
    return new ClusterNode(
        fields[0],
        address.substring(0, colon),
        names.length > 1 ? names[1] : "",
        port,
        flags.contains("myself"),
        // A node that failed and owns nothing has been replaced; it may return as a replica.
        flags.contains("master") && !(flags.contains("fail") && slots.isEmpty()),
        !flags.contains("fail") && !flags.contains("fail?"),
        fields[6],
        slots,
        moving);
  }

  private static void addRange(String range, BitSet slots) {
    int dash = range.indexOf('-');
    int from = number(dash < 0 ? range : range.substring(0, dash));
    int to = dash < 0 ? from : number(range.substring(dash + 1));
    if (from >= 0 && from <= to && to <= LAST_SLOT) {
      slots.set(from, to + 1);
    }
  }

  /** A decimal number, or -1. */
  static int number(String digits) {
    try {
      return digits.isEmpty() || digits.length() > 9 ? -1 : Integer.parseInt(digits);
    } catch (NumberFormatException e) {
      return -1;
    }
  }
}
