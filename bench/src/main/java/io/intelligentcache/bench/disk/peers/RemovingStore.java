package io.intelligentcache.bench.disk.peers;

import io.intelligentcache.bench.disk.StoreUnderTest;

/** A store without a bound. Its user has to remove entries to limit its size. */
public interface RemovingStore extends StoreUnderTest {
  void remove(byte[] key);
}
