package io.intelligentcache.internal.memory.size;

import org.jspecify.annotations.Nullable;

/**
 * A set of objects by identity, made for speed: few objects are compared. If too many texts would share a place
 * in the table, the last ones are not remembered, and are counted each time they are found.
 */
final class SeenObjects {
  private static final int FEW = 16;
  private static final int PROBES = 16;
  private static final int LARGE = 1 << 16;
  private static final int CHARACTERS = 4;

  /** 2^32 divided by the golden ratio: spreads texts that differ in their last digits. */
  private static final int SPREAD = 0x9E3779B9;

  private @Nullable Object[] objects = new Object[FEW];
  private int count;

  /** Adds an object; returns false if it was in the set. */
  boolean add(Object object) {
    if (objects.length == FEW) {
      if (count < FEW) {
        return addToFew(object);
      }
      grow(FEW * 8);
    } else if (count * 2 >= objects.length) {
      grow(objects.length * (objects.length < LARGE ? 4 : 2));
    }
    return addToMany(object);
  }

  int size() {
    return count;
  }

  private boolean addToFew(Object object) {
    for (int i = 0; i < count; i++) {
      if (objects[i] == object) {
        return false;
      }
    }
    objects[count++] = object;
    return true;
  }

  private boolean addToMany(Object object) {
    int mask = objects.length - 1;
    int at = hash(object) & mask;
    int probes = object instanceof String ? PROBES : objects.length;
    for (int probe = 0; probe < probes; probe++) {
      if (objects[at] == object) {
        return false;
      }
      if (objects[at] == null) {
        objects[at] = object;
        count++;
        return true;
      }
      at = (at + 1) & mask;
    }
    return true;
  }

  /**
   * A hash by identity. The JVM computes an identity hash at the first call for an object, which takes up to
   * 100 ns. For texts, the most frequent objects, a few characters are used instead.
   */
  private static int hash(Object object) {
    if (!(object instanceof String text) || text.length() < CHARACTERS) {
      return System.identityHashCode(object);
    }
    int hash = text.length();
    for (int i = text.length() - CHARACTERS; i < text.length(); i++) {
      hash = hash * 31 + text.charAt(i);
    }
    hash = hash * 31 + text.charAt(text.length() / 2);
    hash *= SPREAD;
    return hash ^ hash >>> 15;
  }

  private void grow(int length) {
    @Nullable Object[] old = objects;
    objects = new Object[length];
    count = 0;
    for (Object object : old) {
      if (object != null) {
        addToMany(object);
      }
    }
  }
}
