package io.intelligentcache;

/** The tiers in which a cache has entries. */
public enum CacheTier {
  /** The memory of this instance. */
  MEMORY("memory"),
  /** The disk of this instance. */
  DISK("disk"),
  /** The Redis that instances share. */
  REDIS("Redis");

  private final String text;

  CacheTier(String text) {
    this.text = text;
  }

  /** {@return the name of the tier in messages} */
  @Override
  public String toString() {
    return text;
  }
}
