package io.intelligentcache.redis.internal.topology;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A line of {@code CLUSTER NODES}.
 *
 * @param id what the cluster calls it, whatever its address
 * @param host its address, or empty if it does not know it itself
 * @param hostname the name that it announces, or empty
 * @param port for clients of the kind that asked
 * @param self whether it is the server that answered
 * @param primary whether it takes writes
 * @param reachable whether the server that answered has heard from it lately
 * @param epoch grows when slots change hands
 * @param slots what it owns
 * @param moving slots on their way to or from it, in the server's words; told by the server itself only
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

  /** Reads an answer; what can't be a server to connect to is left out. */
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
   * What the server that answered owns, by its account. Nothing if it is cut off from most servers that own
   * keys: they may have made one of its replicas the owner without its hearing of that.
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
        // One that failed and owns nothing has been replaced; it may come back as a replica.
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
