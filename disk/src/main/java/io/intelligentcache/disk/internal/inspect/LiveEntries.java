package io.intelligentcache.disk.internal.inspect;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.intelligentcache.disk.DiskInspection.EntryInspection;
import io.intelligentcache.disk.DiskInspection.SpaceInspection;
import io.intelligentcache.disk.internal.format.StoredKey;
import io.intelligentcache.tier.Space;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The live entries that an inspection found: their number and size per space, and the first of
 * them.
 */
final class LiveEntries {
  private final int most;
  private final Map<Space, long[]> sums = new HashMap<>();
  private final List<EntryInspection> first = new ArrayList<>();

  LiveEntries(int most) {
    this.most = most;
  }

  void add(Space space, byte[] storedKey, int bytes, long expiresAt) {
    long[] sum = sums.computeIfAbsent(space, any -> new long[2]);
    sum[0]++;
    sum[1] += bytes;
    if (first.size() < most) {
      int from = StoredKey.spaceLength(storedKey);
      String key = new String(storedKey, from, storedKey.length - from, UTF_8);
      first.add(new StoreContents.OneEntry(space.cache(), space.tenant(), key, bytes, expiresAt));
    }
  }

  /** The spaces, those with the most bytes first. */
  List<SpaceInspection> spaces() {
    return sums.entrySet().stream()
        .<SpaceInspection>map(one -> new StoreContents.OneSpace(
            one.getKey().cache(), one.getKey().tenant(), one.getValue()[0], one.getValue()[1]))
        .sorted(Comparator.comparingLong(SpaceInspection::liveBytes)
            .reversed()
            .thenComparing(SpaceInspection::cache)
            .thenComparing(SpaceInspection::tenant))
        .toList();
  }

  List<EntryInspection> first() {
    return List.copyOf(first);
  }
}
