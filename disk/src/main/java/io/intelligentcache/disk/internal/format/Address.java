package io.intelligentcache.disk.internal.format;

/*
 * The place of a record, in one 64-bit word:
 *
 *   bit 63     masked: must not be returned, but its record is still in the log
 *   bit 62     read since it was written; only in the index, not in addresses that it returns
 *   61-60      unused
 *   59-44      segment number
 *   43-21      offset / 8
 *   20-0       size / 8
 */

/** Packs and unpacks the place of a record. */
public final class Address {
  /** No address: no record begins at offset 0. */
  public static final long NONE = 0;

  public static final int MAX_SEGMENTS = 1 << 16;

  private static final long BURIED = 1L << 63;
  private static final long READ = 1L << 62;

  private Address() {}

  public static long of(int segment, int offset, int size) {
    return ((long) segment << 44) | ((long) (offset >>> 3) << 21) | (size >>> 3);
  }

  public static int segment(long address) {
    return (int) (address >>> 44) & 0xFFFF;
  }

  public static int offset(long address) {
    return ((int) (address >>> 21) & 0x7FFFFF) << 3;
  }

  public static int size(long address) {
    return ((int) address & 0x1FFFFF) << 3;
  }

  public static long masked(long address) {
    return address | BURIED;
  }

  public static boolean isMasked(long address) {
    return address < 0;
  }

  public static long unmasked(long address) {
    return address & ~BURIED;
  }

  public static long read(long address) {
    return address | READ;
  }

  public static boolean isRead(long word) {
    return (word & READ) != 0;
  }

  /** An address as the index returns it. */
  public static long plain(long word) {
    return word & ~READ;
  }
}
