package io.intelligentcache;

import java.time.Duration;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * How far a warm-up has come. Its {@code toString} is a line for a log.
 *
 * <p>For reading: the library creates it. Later versions may add methods, so implement it in tests at most.
 */
public interface WarmReport {
  /** {@return keys whose value was loaded} */
  long loaded();

  /** {@return keys that some tier had already} */
  long present();

  /** {@return keys for which the loader returned no value} */
  long absent();

  /** {@return keys whose load failed, and lines of a file that are no keys} */
  long failed();

  /** {@return keys to warm, as far as it is known: of a stream it is often not} */
  OptionalLong total();

  /** {@return how long the warm-up has run} */
  Duration elapsed();

  /**
   * {@return about how long it will run, if the rest goes as fast as the part that is done; null as long as that is
   * not known}
   */
  @Nullable
  Duration timeLeft();

  /**
   * {@return how many keys are done from the first one on, without a gap} A later warm-up of the same keys can go on
   * from there: see {@link Warming#skip}.
   */
  long position();

  /** {@return keys that are done} */
  default long done() {
    return loaded() + present() + absent() + failed();
  }
}
