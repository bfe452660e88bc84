package io.intelligentcache.redis;

import java.nio.file.Path;

/**
 * The executable of the Redis server that the tests of the Redis tier use, for
 * tests that start one by its path.
 */
public final class RedisBinaryPath {
  private RedisBinaryPath() {}

  /** Finds it. */
  public static Path find() {
    return RedisBinary.find();
  }
}
