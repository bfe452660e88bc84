package io.intelligentcache.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.HashMap;
import java.util.Map;

/**
 * Names that were put while sweeps were under way, each with the version of its last put: a sweep
 * leaves alone what was put after its own version.
 *
 * <p>One for all sweeps, and bounded in names and bytes. A name that finds no room is not spared,
 * which costs a miss.
 */
final class Spared {
  private final int mostNames;
  private final long mostBytes;
  private final Map<String, Long> versions = new HashMap<>();
  private long bytes;

  Spared(int mostNames, long mostBytes) {
    this.mostNames = mostNames;
    this.mostBytes = mostBytes;
  }

  synchronized void add(byte[] name, long version) {
    String key = new String(name, ISO_8859_1);
    Long known = versions.get(key);
    if (known != null) {
      versions.put(key, Math.max(known, version));
    } else if (versions.size() < mostNames && bytes + name.length <= mostBytes) {
      versions.put(key, version);
      bytes += name.length;
    }
  }

  /** Whether this name was put after that version. */
  synchronized boolean holds(byte[] name, long version) {
    if (versions.isEmpty()) {
      return false;
    }
    Long put = versions.get(new String(name, ISO_8859_1));
    return put != null && put > version;
  }

  /** Forgets what no sweep of this version or a later one needs. */
  synchronized void forgetUntil(long version) {
    versions.entrySet().removeIf(put -> {
      if (put.getValue() > version) {
        return false;
      }
      bytes -= put.getKey().length();
      return true;
    });
  }

  synchronized int size() {
    return versions.size();
  }
}
