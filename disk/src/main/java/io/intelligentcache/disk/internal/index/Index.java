package io.intelligentcache.disk.internal.index;

import io.intelligentcache.disk.internal.format.Address;
import java.util.Arrays;
import java.util.function.LongPredicate;
import java.util.stream.LongStream;

/**
 * The address of each key's newest record, by 38 bits of the key's hash: six bits select the shard,
 * 32 are stored as a tag. The key itself is compared with the record on disk. Keys that share these
 * bits share one slot, and the newer put owns it. Recovery fills this same index, so it comes to
 * the same result.
 *
 * <p>Thread-safe. The log's lock orders the writers of one key.
 */
public final class Index {
  private static final int SHARD_BITS = 6;

  /** The number of shards, which together have all entries. */
  public static final int SHARDS = 1 << SHARD_BITS;

  private static final long TAG = 0xFFFF_FFFFL;

  /** Receives entries. */
  @FunctionalInterface
  public interface Visitor {
    void entry(long hash, long address);
  }

  /** Decides which entries to keep. */
  @FunctionalInterface
  public interface Chooser {
    boolean keeps(long hash, long address);
  }

  private final IndexShard[] shards = new IndexShard[SHARDS];

  public Index() {
    Arrays.setAll(shards, i -> new IndexShard());
  }

  private IndexShard shard(long hash) {
    return shards[(int) (hash >>> (64 - SHARD_BITS))];
  }

  /**
   * The bits of a hash that the index stores. Keys that have the same bits are one key to the
   * index.
   */
  public static long kept(long hash) {
    return hash & (-1L << (64 - SHARD_BITS) | TAG);
  }

  /** The address stored for a hash, masked or not, or {@code Address.NONE}. */
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

  /** Remembers that an entry was read, if it still has that address. */
  public void read(long hash, long address) {
    shard(hash).read((int) hash, address);
  }

  /**
   * Removes the entries of a segment, except those that were read since they were written and that
   * the caller keeps.
   *
   * @param read called for each entry that was read, perhaps more than once; must not call the
   *     index
   * @return how many of the removed entries were readable
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

  /**
   * Passes all readable entries to a visitor, with those bits of their hashes that the index
   * stores.
   */
  public void forEach(Visitor each) {
    for (int i = 0; i < shards.length; i++) {
      shards[i].forEach(each, (long) i << (64 - SHARD_BITS));
    }
  }

  /**
   * The readable entries of a shard at this instant: those bits of their hashes that the index stores, about in the
   * order of their addresses. Takes 8 bytes per entry.
   */
  public long[] hashes(int shard) {
    var places = LongStream.builder();
    shards[shard].forEach((tag, address) -> places.add(place(address) | tag), 0);
    long[] hashes = places.build().sorted().toArray();
    long shardBits = (long) shard << (64 - SHARD_BITS);
    Arrays.setAll(hashes, i -> shardBits | (hashes[i] & TAG));
    return hashes;
  }

  /** The upper half of a number: the segment of an address, and its offset in units of 1 KiB. */
  private static long place(long address) {
    return (long) Address.segment(address) << 48 | (long) (Address.offset(address) >>> 10) << 32;
  }

  public long live() {
    long live = 0;
    for (IndexShard shard : shards) {
      live += shard.live();
    }
    return live;
  }
}
