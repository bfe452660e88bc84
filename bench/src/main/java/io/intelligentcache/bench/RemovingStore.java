package io.intelligentcache.bench;

/** A store without a bound of its own: somebody has to remove what is too much. */
interface RemovingStore extends StoreUnderTest {
  void remove(byte[] key);
}
