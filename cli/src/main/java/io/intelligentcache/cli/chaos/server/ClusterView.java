package io.intelligentcache.cli.chaos.server;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The cluster as one node describes it.
 *
 * @param nodes all nodes that it knows, itself included
 */
record ClusterView(List<Node> nodes) {
  private static final Set<String> TROUBLE = Set.of("fail", "fail?", "handshake", "noaddr");
  private static final int FLAGS = 2;
  private static final int PRIMARY = 3;
  private static final int SLOTS = 8;

  /**
   * One node in that description.
   *
   * @param id its name in the cluster
   * @param flags its role and state
   * @param primary the name of its primary, or a dash
   * @param slots the ranges it owns, without slots that are being moved
   */
  record Node(String id, Set<String> flags, String primary, String slots) {
    private static Node parse(String line) {
      String[] fields = line.split(" ", -1);
      String slots = Arrays.stream(fields)
          .skip(SLOTS)
          .filter(range -> !range.startsWith("["))
          .collect(Collectors.joining(" "));
      return new Node(fields[0], Set.of(fields[FLAGS].split(",")), fields[PRIMARY], slots);
    }

    boolean isWell() {
      return flags.stream().noneMatch(TROUBLE::contains);
    }

    boolean ownsSlots() {
      return flags.contains("master") && !slots.isEmpty();
    }
  }

  /** Parses the answer to {@code CLUSTER NODES}. */
  static ClusterView parse(String text) {
    return new ClusterView(text.lines().map(Node::parse).toList());
  }

  /** The node that was asked. */
  Node self() {
    return nodes.stream()
        .filter(node -> node.flags().contains("myself"))
        .findFirst()
        .orElseThrow();
  }

  boolean allWell() {
    return nodes.stream().allMatch(Node::isWell);
  }

  /** The slots and the primary of each node. Once all nodes agree, they all return the same. */
  Set<String> roles() {
    return nodes.stream()
        .map(node -> node.id() + " " + node.primary() + " " + node.slots())
        .collect(Collectors.toSet());
  }
}
