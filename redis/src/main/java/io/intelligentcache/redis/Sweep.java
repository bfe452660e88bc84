package io.intelligentcache.redis;

import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Space;
import io.intelligentcache.tier.TierKey;
import io.intelligentcache.tier.Version;
import io.lettuce.core.ScanCursor;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One removal of many keys that is not done yet, and what it makes unreadable meanwhile: every
 * matching key, but for what was put after the removal was called.
 */
final class Sweep {
  private final @Nullable Space space; // null: the whole namespace
  private final Predicate<byte[]> matching;
  private final long version;
  private final Versions versions;
  private final byte[] prefix;
  private final KeyNames names;
  private final CompletableFuture<Outcome> done = new CompletableFuture<>();

  // How far it came. Owned by the sweeping thread.
  final Map<RedisAddress, Progress> progress = new HashMap<>();

  @Nullable
  Whereabouts before;

  boolean repeated;
  long removed;
  long pauseMillis = 100;

  /** How far the scan of one server came. */
  static final class Progress {
    ScanCursor cursor = ScanCursor.INITIAL;
    String server = "";
  }

  Sweep(@Nullable Space space, Predicate<byte[]> matching, Versions versions, KeyNames names) {
    this.space = space;
    this.matching = matching;
    this.versions = versions;
    this.version = versions.nextOfRemoval();
    this.names = names;
    this.prefix = space == null ? names.prefix() : names.prefix(space);
  }

  CompletableFuture<Outcome> done() {
    return done;
  }

  /** Whose keys; null: all of the namespace. */
  @Nullable
  Space space() {
    return space;
  }

  boolean isOfAll() {
    return space == null;
  }

  /** What has a greater version survives it. */
  Version version() {
    return versions.of(versions.settled(version));
  }

  byte[] prefix() {
    return prefix;
  }

  /** Whether this read must not be answered: what was found may be what is to be removed. */
  boolean covers(TierKey key, Version found) {
    return concerns(key) && found.compareTo(version()) <= 0 && matchesOrThrows(key.bytes());
  }

  /** Whether a name that a scan brought up is to be removed. Throws what the predicate throws. */
  boolean takes(byte[] name) {
    byte[] key = space == null ? null : KeyNames.key(prefix, name);
    return space == null ? names.isOurs(name) : key != null && matching.test(key);
  }

  /** Whether keys of this space are to be removed, if they match. */
  boolean concerns(TierKey key) {
    return space == null || space.equals(key.space());
  }

  private boolean matchesOrThrows(byte[] key) {
    try {
      return matching.test(key);
    } catch (Throwable e) { // foreign code; an error is no better for the reader
      return true; // the sweep will meet the same, and end
    }
  }
}
