package io.intelligentcache.bench.disk.peers;

import io.intelligentcache.bench.disk.StoreUnderTest;

/** A store without a bound of its own: somebody has to remove what is too much. */
public interface RemovingStore extends StoreUnderTest {
  void remove(byte[] key);
}
