package io.intelligentcache.disk.internal.index;

import io.intelligentcache.disk.internal.format.Address;
import java.util.concurrent.locks.StampedLock;
import java.util.function.LongPredicate;

/**
 * A part of the index: a hash table with open addressing and linear probing, 12 bytes per slot. The
 * home slot of a tag is the tag scaled to the table size. So a table may have any size, and growing
 * it by half wastes little.
 */
final class IndexShard {
  private static final int FIRST_SLOTS = 16;

  private final StampedLock lock = new StampedLock();
  private volatile Table table = new Table(FIRST_SLOTS);
  private int used;
  private int masked;

  /** Addresses and their tags, in one object so that a reader gets both at once. */
  private record Table(int[] tags, long[] addresses) {
    Table(int slots) {
      this(new int[slots], new long[slots]);
    }

    int slots() {
      return addresses.length;
    }

    int home(int tag) {
      return (int) ((Integer.toUnsignedLong(tag) * addresses.length) >>> 32);
    }

    int next(int slot) {
      return slot + 1 == addresses.length ? 0 : slot + 1;
    }

    /** The slot of a tag, or the empty slot where it would be stored. */
    int slotOf(int tag) {
      int slot = home(tag);
      for (int tries = 0; tries < addresses.length; tries++) {
        if (addresses[slot] == Address.NONE || tags[slot] == tag) {
          return slot;
        }
        slot = next(slot);
      }
      return slot; // only in an inconsistent optimistic read, which is retried
    }
  }

  long find(int tag) {
    long stamp = lock.tryOptimisticRead();
    if (stamp != 0) {
      Table seen = table;
      int slot = seen.slotOf(tag);
      long word = seen.tags[slot] == tag ? seen.addresses[slot] : Address.NONE;
      if (lock.validate(stamp)) {
        return Address.plain(word);
      }
    }
    stamp = lock.readLock();
    try {
      Table now = table;
      int slot = now.slotOf(tag);
      return Address.plain(now.addresses[slot]);
    } finally {
      lock.unlockRead(stamp);
    }
  }

  /** Stores an address; returns the previous one. */
  long put(int tag, long address) {
    long stamp = lock.writeLock();
    try {
      int slot = table.slotOf(tag);
      long before = Address.plain(table.addresses[slot]);
      table.tags[slot] = tag;
      table.addresses[slot] = address;
      masked += Address.isMasked(address) ? 1 : 0;
      if (before == Address.NONE) {
        used++;
        growIfFull();
      } else if (Address.isMasked(before)) {
        masked--;
      }
      return before;
    } finally {
      lock.unlockWrite(stamp);
    }
  }

  /** Stores an address if there is none; returns the previous one. */
  long putIfAbsent(int tag, long address) {
    long stamp = lock.writeLock();
    try {
      int slot = table.slotOf(tag);
      long before = Address.plain(table.addresses[slot]);
      if (before == Address.NONE) {
        table.tags[slot] = tag;
        table.addresses[slot] = address;
        masked += Address.isMasked(address) ? 1 : 0;
        used++;
        growIfFull();
      }
      return before;
    } finally {
      lock.unlockWrite(stamp);
    }
  }

  long remove(int tag) {
    long stamp = lock.writeLock();
    try {
      int slot = table.slotOf(tag);
      long before = Address.plain(table.addresses[slot]);
      if (before != Address.NONE) {
        delete(slot);
      }
      return before;
    } finally {
      lock.unlockWrite(stamp);
    }
  }

  /**
   * Masks an entry: it can't be read, but the index remembers that the log has it. False if the
   * entry has changed.
   */
  boolean mask(int tag, long address) {
    long stamp = lock.writeLock();
    try {
      int slot = table.slotOf(tag);
      if (Address.plain(table.addresses[slot]) != address || Address.isMasked(address)) {
        return false;
      }
      table.addresses[slot] = Address.masked(address);
      masked++;
      return true;
    } finally {
      lock.unlockWrite(stamp);
    }
  }

  /**
   * Remembers that an entry was read. This is a hint: it may be skipped while other threads write.
   */
  void read(int tag, long address) {
    long stamp = lock.tryOptimisticRead();
    Table seen = table;
    boolean known = Address.isRead(seen.addresses[seen.slotOf(tag)]);
    if (known && lock.validate(stamp)) {
      return;
    }
    stamp = lock.tryWriteLock();
    if (stamp == 0) {
      return;
    }
    try {
      int slot = table.slotOf(tag);
      if (table.addresses[slot] == address) {
        table.addresses[slot] = Address.read(address);
      }
    } finally {
      lock.unlockWrite(stamp);
    }
  }

  /** See {@link Index#evict}. */
  int evict(int segment, Index.Chooser read, long hashBits) {
    long stamp = lock.writeLock();
    try {
      int dropped = 0;
      long[] addresses = table.addresses;
      for (int slot = 0; slot < addresses.length; ) {
        long word = addresses[slot];
        if (word == Address.NONE || Address.segment(word) != segment) {
          slot++;
        } else if (Address.isRead(word)
            && !Address.isMasked(word)
            && read.keeps(
                hashBits | Integer.toUnsignedLong(table.tags[slot]), Address.plain(word))) {
          slot++;
        } else {
          dropped += Address.isMasked(word) ? 0 : 1;
          delete(slot); // may move a later entry here: check this slot again
        }
      }
      return dropped;
    } finally {
      lock.unlockWrite(stamp);
    }
  }

  /** Removes all entries whose address matches; returns how many of them were readable. */
  int removeIf(LongPredicate gone) {
    long stamp = lock.writeLock();
    try {
      int dropped = 0;
      for (int slot = 0; slot < table.slots(); ) {
        long address = Address.plain(table.addresses[slot]);
        if (address != Address.NONE && gone.test(address)) {
          dropped += Address.isMasked(address) ? 0 : 1;
          delete(slot); // may move a later entry here
        } else {
          slot++;
        }
      }
      return dropped;
    } finally {
      lock.unlockWrite(stamp);
    }
  }

  /** Passes all readable entries to {@code each}, which must not call this shard. */
  void forEach(Index.Visitor each, long hashBits) {
    long stamp = lock.readLock();
    try {
      for (int slot = 0; slot < table.slots(); slot++) {
        long address = Address.plain(table.addresses[slot]);
        if (address != Address.NONE && !Address.isMasked(address)) {
          each.entry(hashBits | Integer.toUnsignedLong(table.tags[slot]), address);
        }
      }
    } finally {
      lock.unlockRead(stamp);
    }
  }

  int live() {
    long stamp = lock.readLock();
    try {
      return used - masked;
    } finally {
      lock.unlockRead(stamp);
    }
  }

  /**
   * Deletes a slot by backward shift: later entries of the probe sequence move into the hole. So no
   * deleted markers accumulate.
   */
  private void delete(int hole) {
    Table now = table;
    if (Address.isMasked(now.addresses[hole])) {
      masked--;
    }
    used--;
    int slots = now.slots();
    for (int slot = now.next(hole); now.addresses[slot] != Address.NONE; slot = now.next(slot)) {
      int home = now.home(now.tags[slot]);
      int fromHome = Math.floorMod(slot - home, slots);
      int fromHole = Math.floorMod(slot - hole, slots);
      if (fromHome >= fromHole) {
        now.tags[hole] = now.tags[slot];
        now.addresses[hole] = now.addresses[slot];
        hole = slot;
      }
    }
    now.addresses[hole] = Address.NONE;
    now.tags[hole] = 0;
  }

  private void growIfFull() {
    if (used * 5L > table.slots() * 4L) {
      grow();
    }
  }

  private void grow() {
    Table from = table;
    Table to = new Table(from.slots() + from.slots() / 2);
    for (int slot = 0; slot < from.slots(); slot++) {
      if (from.addresses[slot] != Address.NONE) {
        int free = to.slotOf(from.tags[slot]);
        to.tags[free] = from.tags[slot];
        to.addresses[free] = from.addresses[slot];
      }
    }
    table = to;
  }
}
