package io.intelligentcache.disk.internal.format;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/*
 * A record in eight bytes:
 *
 *   bits 63-26  those bits of its hash that the index stores
 *   bits 25-3   its offset / 8
 *   bits 2-0    its kind
 *
 * The size is not stored: the next record follows directly. Where none follows, there is a gap.
 */

/**
 * The list of a segment's records, in order, with what recovery needs to know. This is the content
 * of a hint file. Not thread-safe.
 */
public final class SegmentIndex {
  /** A gap: from here to the next record nothing could be read. */
  public static final int GAP = 0;

  public static final int PUT = 1;
  public static final int TOMBSTONE = 2;
  public static final int CLEAR = 3;

  /** A put that must not be returned: it was marked dead, or its value is damaged. */
  static final int DEAD = 4;

  /** A put that expires. */
  public static final int EXPIRING = 5;

  private static final int FIRST = 64;

  private long[] words;
  private int count;
  private int end;
  private long latestExpiry = Long.MIN_VALUE;
  private final List<byte[]> clears = new ArrayList<>();
  private int clearBytes;

  public SegmentIndex() {
    this(new long[FIRST], 0, SegmentHeader.BYTES);
  }

  /** Restores a list from a hint file. */
  SegmentIndex(long[] words, int count, int end) {
    this.words = words;
    this.count = count;
    this.end = end;
  }

  /** Allocates room for one more record, so that {@link #add} needs no memory. */
  public void reserve() {
    if (count == words.length) {
      words = Arrays.copyOf(words, count + count / 2 + FIRST);
    }
  }

  /**
   * Adds the next record.
   *
   * @param usable whether a put may be returned
   * @param key the stored key; only the key of a clear marker is kept
   */
  public void add(RecordHeader head, int offset, boolean usable, byte[] key) {
    add(head.hash(), offset, kind(head, usable));
    end = offset + head.size();
    if (head.kind() == RecordHeader.CLEAR) {
      addClear(key);
    } else if (head.kind() == RecordHeader.PUT && head.expiresAt() != Long.MAX_VALUE) {
      latestExpiry = Math.max(latestExpiry, head.expiresAt());
    }
  }

  private static int kind(RecordHeader head, boolean usable) {
    return switch (head.kind()) {
      case RecordHeader.PUT -> !usable ? DEAD : head.expiresAt() == Long.MAX_VALUE ? PUT : EXPIRING;
      case RecordHeader.TOMBSTONE -> TOMBSTONE;
      default -> CLEAR;
    };
  }

  private void add(long hash, int offset, int kind) {
    reserve();
    long kept = (hash >>> 58) << 32 | (hash & 0xFFFF_FFFFL);
    words[count++] = kept << 26 | (long) (offset >>> 3) << 3 | kind;
  }

  public void addGap(int offset, int gapEnd) {
    add(0, offset, GAP);
    end = gapEnd;
  }

  void addClear(byte[] key) {
    clears.add(key);
    clearBytes += 2 + key.length;
  }

  void latestExpiry(long latest) {
    latestExpiry = latest;
  }

  /** Removes the records that begin at {@code newEnd} or later. */
  public void cutAt(int newEnd) {
    while (count > 0 && offset(count - 1) >= newEnd) {
      count--;
      if (kind(count) == CLEAR) {
        clearBytes -= 2 + clears.remove(clears.size() - 1).length;
      }
    }
    end = newEnd;
  }

  /** Replaces everything up to the last gap by one gap: only the records after it are valid. */
  public void forgetBeforeLastGap() {
    int gap = lastGap();
    if (gap <= 0) {
      return;
    }
    for (int i = 0; i < gap; i++) {
      if (kind(i) == CLEAR) {
        clearBytes -= 2 + clears.remove(0).length;
      }
    }
    words = Arrays.copyOfRange(words, gap, count);
    count -= gap;
    words[0] = (long) (SegmentHeader.BYTES >>> 3) << 3 | GAP;
  }

  /** Marks those puts dead that another list of the same segment does not have as readable. */
  public void maskUnless(SegmentIndex readable) {
    int at = 0;
    for (int i = 0; i < count; i++) {
      while (at < readable.count && readable.offset(at) < offset(i)) {
        at++;
      }
      boolean put = kind(i) == PUT || kind(i) == EXPIRING;
      if (put && (at == readable.count || readable.words[at] != words[i])) {
        words[i] = (words[i] & ~7L) | DEAD;
      }
    }
  }

  private int lastGap() {
    for (int i = count - 1; i >= 0; i--) {
      if (kind(i) == GAP) {
        return i;
      }
    }
    return -1;
  }

  /** The number of records, without gaps. */
  public int records() {
    int gaps = 0;
    for (int i = 0; i < count; i++) {
      gaps += kind(i) == GAP ? 1 : 0;
    }
    return count - gaps;
  }

  public int count() {
    return count;
  }

  public long word(int i) {
    return words[i];
  }

  public int kind(int i) {
    return (int) words[i] & 7;
  }

  public int offset(int i) {
    return ((int) (words[i] >>> 3) & 0x7F_FFFF) << 3;
  }

  /** Those bits of the hash that the index stores. */
  public long hash(int i) {
    return words[i] >>> 58 << 58 | (words[i] >>> 26 & 0xFFFF_FFFFL);
  }

  public int size(int i) {
    return (i + 1 == count ? end : offset(i + 1)) - offset(i);
  }

  /** The offset where the last record ends and the seal begins. */
  public int end() {
    return end;
  }

  /**
   * The latest expiry of all puts, in milliseconds since the epoch; {@code Long.MIN_VALUE} if no
   * put expires.
   */
  public long latestExpiry() {
    return latestExpiry;
  }

  /** The stored keys of the clear markers, in order. */
  public List<byte[]> clears() {
    return clears;
  }

  int clearBytes() {
    return clearBytes;
  }
}
