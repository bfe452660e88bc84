package io.intelligentcache.redis;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Versions of this instance's puts that were on their way when their connection ended.
 *
 * <p>Redis refuses most of them when they arrive late, by their versions, but not where nothing is
 * left to refuse by. The schedule this is for: a put of "old" is stuck in a stalled network; the
 * connection is given up; over the next one the cache is cleared, or Redis evicts the tombstone that
 * made up for the put; the network heals and Redis at last executes the put of "old". The record
 * carries its writer and version, so this instance knows it when it sees it: it is absent, and removed.
 *
 * <p>None is forgotten. When there are many, the oldest are kept as ranges, and an acknowledged put
 * in between is taken for lost too, which costs a miss.
 */
final class LostWrites {
  private static final int MOST_GROUPS = 64;
  private static final int MOST_VERSIONS = 65_536;

  /**
   * What one or more connections left behind.
   *
   * @param versions in order
   * @param exact whether those between the first and the last are not meant
   */
  private record Group(long[] versions, boolean exact) {
    Group {
      Arrays.sort(versions);
    }

    boolean contains(long version) {
      return exact
          ? Arrays.binarySearch(versions, version) >= 0
          : version >= versions[0] && version <= versions[versions.length - 1];
    }

    Group upTo(Group later) {
      long from = Math.min(versions[0], later.versions[0]);
      long to = Math.max(versions[versions.length - 1], later.versions[later.versions.length - 1]);
      return new Group(new long[] {from, to}, false);
    }
  }

  private volatile List<Group> groups = List.of();

  /**
   * What was on its way over one connection.
   *
   * @param versions changed by this
   */
  synchronized void add(long[] versions) {
    if (versions.length == 0) {
      return;
    }
    List<Group> grown = new ArrayList<>(groups);
    grown.add(new Group(versions, true));
    while (grown.size() > 1 && (grown.size() > MOST_GROUPS || size(grown) > MOST_VERSIONS)) {
      Group oldest = grown.remove(0);
      grown.set(0, oldest.upTo(grown.get(0)));
    }
    groups = List.copyOf(grown);
  }

  private static int size(List<Group> groups) {
    return groups.stream().mapToInt(group -> group.versions().length).sum();
  }

  boolean contains(long version) {
    for (Group group : groups) {
      if (group.contains(version)) {
        return true;
      }
    }
    return false;
  }
}
