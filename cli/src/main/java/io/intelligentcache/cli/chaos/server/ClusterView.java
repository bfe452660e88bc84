package io.intelligentcache.cli.chaos.server;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What one node says of its cluster.
 *
 * @param nodes all it knows, itself included
 */
record ClusterView(List<Node> nodes) {
  private static final Set<String> TROUBLE = Set.of("fail", "fail?", "handshake", "noaddr");
  private static final int FLAGS = 2;
  private static final int PRIMARY = 3;
  private static final int SLOTS = 8;

  /**
   * A node as another one sees it.
   *
   * @param id its name in the cluster
   * @param flags its role and state
   * @param primary the name of the one it follows, or a dash
   * @param slots the ranges it owns; those on their way are not among them
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

  /** Reads the answer to {@code CLUSTER NODES}. */
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

  /** Who owns what and who follows whom: the same at all nodes once they agree. */
  Set<String> roles() {
    return nodes.stream()
        .map(node -> node.id() + " " + node.primary() + " " + node.slots())
        .collect(Collectors.toSet());
  }
}
