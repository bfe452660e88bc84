package io.intelligentcache.disk.internal.index;

import java.util.Arrays;
import java.util.function.LongPredicate;

/**
 * Where each key's newest record lies, by 38 bits of the key's hash: six choose the shard, 32 are
 * kept as a tag. The key itself is compared on disk. Keys that share these bits share one slot, the
 * newer put has it; recovery uses this same index, so it comes to the same result.
 *
 * <p>Thread-safe. Writers of one key are ordered by the log's lock.
 */
public final class Index {
  private static final int SHARD_BITS = 6;

  /** Is told of entries. */
  @FunctionalInterface
  public interface Visitor {
    void entry(long hash, long address);
  }

  /** Decides about entries. */
  @FunctionalInterface
  public interface Chooser {
    boolean keeps(long hash, long address);
  }

  private final IndexShard[] shards = new IndexShard[1 << SHARD_BITS];

  public Index() {
    Arrays.setAll(shards, i -> new IndexShard());
  }

  private IndexShard shard(long hash) {
    return shards[(int) (hash >>> (64 - SHARD_BITS))];
  }

  /** As much of a hash as the index keeps: keys that have this in common are one to it. */
  public static long kept(long hash) {
    return hash & (-1L << (64 - SHARD_BITS) | 0xFFFF_FFFFL);
  }

  /** The address kept for a hash, buried or not, or {@code Address.NONE}. */
  public long find(long hash) {
    return shard(hash).find((int) hash);
  }

  public long put(long hash, long address) {
    return shard(hash).put((int) hash, address);
  }

  public long putIfAbsent(long hash, long address) {
    return shard(hash).putIfAbsent((int) hash, address);
  }

  public long remove(long hash) {
    return shard(hash).remove((int) hash);
  }

  public boolean mask(long hash, long address) {
    return shard(hash).mask((int) hash, address);
  }

  /** Remembers that an entry was read, if it still lies there. */
  public void read(long hash, long address) {
    shard(hash).read((int) hash, address);
  }

  /**
   * Removes what lies in a segment, but for entries that were read since they were written and that
   * somebody wants to keep.
   *
   * @param read is asked of these, which it may be more than once; must not come back to the index
   * @return how many that could be read until now are gone
   */
  public int evict(int segment, Chooser read) {
    int evicted = 0;
    for (int i = 0; i < shards.length; i++) {
      evicted += shards[i].evict(segment, read, (long) i << (64 - SHARD_BITS));
    }
    return evicted;
  }

  public int removeIf(LongPredicate gone) {
    int dropped = 0;
    for (IndexShard shard : shards) {
      dropped += shard.removeIf(gone);
    }
    return dropped;
  }

  /** Tells of all entries that can be read, with as much of their hashes as is kept. */
  public void forEach(Visitor each) {
    for (int i = 0; i < shards.length; i++) {
      shards[i].forEach(each, (long) i << (64 - SHARD_BITS));
    }
  }

  public long live() {
    long live = 0;
    for (IndexShard shard : shards) {
      live += shard.live();
    }
    return live;
  }

  /** Bytes of its arrays. */
  public long heapBytes() {
    long bytes = 0;
    for (IndexShard shard : shards) {
      bytes += shard.slots() * 12L;
    }
    return bytes;
  }
}
