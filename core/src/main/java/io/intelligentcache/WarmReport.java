package io.intelligentcache;

/**
 * How far a warm-up has come.
 *
 * <p>For reading: the library creates it. Later versions may add methods, so implement it in tests at most.
 */
public interface WarmReport {
  /** {@return keys whose value was loaded} */
  int loaded();

  /** {@return keys that some tier had already} */
  int present();

  /** {@return keys for which the loader returned no value} */
  int absent();

  /** {@return keys whose load failed} */
  int failed();

  /** {@return keys to warm} */
  int total();

  /** {@return keys that are finished} */
  default int done() {
    return loaded() + present() + absent() + failed();
  }
}
