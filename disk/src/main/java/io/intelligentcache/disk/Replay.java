package io.intelligentcache.disk;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.intelligentcache.tier.Space;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Puts together what a log says, record by record in the order in which they were written: the same
 * steps on the same index as when it was written, so the same result.
 */
final class Replay {
  private final Index index;
  private final Markers markers;
  private final long now;
  private final ByteBuffer window = SegmentWalk.window(SegmentWalk.WIDE);

  Replay(Index index, Markers markers, long now) {
    this.index = index;
    this.markers = markers;
    this.now = now;
  }

  /**
   * What a segment turned out to be.
   *
   * @param end where its last whole record ends
   * @param whole whether its chain reaches the seal
   * @param trusted whether nothing was lost from it that could have been newer than older records:
   *     its chain is whole, or it ends as a killed process would leave it
   * @param records its records, without the seal
   * @param damaged its records whose values are damaged
   */
  record Result(int end, boolean whole, boolean trusted, int records, int damaged) {}

  /** Applies the records of the next segment. */
  Result apply(Segment segment, long generation, int limit) throws IOException {
    var walk = new SegmentWalk(segment, generation, limit, window);
    int records = 0;
    int damaged = 0;
    while (walk.next()) {
      records++;
      RecordHead head = walk.head();
      switch (head.kind()) {
        case RecordHead.PUT -> damaged += put(walk, head) ? 0 : 1;
        case RecordHead.TOMBSTONE -> index.remove(head.hash());
        default -> clear(walk.key(), Markers.position(generation, walk.offset()));
      }
    }
    boolean trusted = walk.sealed() || !walk.somethingFollows();
    return new Result(walk.end(), walk.sealed(), trusted, records, damaged);
  }

  /** What can't be used still hides what is older, and stays known to be in the log. */
  private boolean put(SegmentWalk walk, RecordHead head) throws IOException {
    long address = walk.address();
    boolean intact = walk.valueIntact();
    boolean usable = intact && !head.dead() && now < head.expiresAt();
    index.put(head.hash(), usable ? address : Address.buried(address));
    return intact;
  }

  private void clear(byte[] stored, long position) {
    if (StoredKey.spaceLength(stored) == stored.length) {
      markers.add(space(stored), position);
    }
  }

  /** The space in a stored key of which {@link StoredKey#spaceLength} is known to be good. */
  static Space space(byte[] stored) {
    int cache = (stored[0] & 0xFF) | (stored[1] & 0xFF) << 8;
    int end = StoredKey.spaceLength(stored);
    return new Space(
        new String(stored, 2, cache, UTF_8), new String(stored, 4 + cache, end - 4 - cache, UTF_8));
  }

  /** Forgets everything so far: what follows may have replaced any of it. */
  void reset() {
    index.removeIf(address -> true);
    markers.reset();
  }

  /** Buries what a clear marker hides, once all markers are known. */
  void buryCleared(Segment segment, long generation, int limit) throws IOException {
    var walk = new SegmentWalk(segment, generation, limit, window);
    while (walk.next()) {
      RecordHead head = walk.head();
      if (head.kind() == RecordHead.PUT && index.find(head.hash()) == walk.address()) {
        byte[] key = walk.key();
        if (markers.hides(space(key), Markers.position(generation, walk.offset()))) {
          index.bury(head.hash(), walk.address());
        }
      }
    }
  }
}
