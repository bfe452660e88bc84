package io.intelligentcache;

import static java.util.Objects.requireNonNull;

import io.intelligentcache.codec.CodecException;
import io.intelligentcache.codec.KeyCodec;
import io.intelligentcache.internal.codec.KeyLines;
import io.intelligentcache.internal.setting.Settings;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * Which keys a warm-up loads, and how fast. Immutable; each method that sets something returns another one.
 *
 * <pre>{@code
 * users.warm(Warming.of(db.userIds()).keysPerSecond(500).onProgress(System.out::println), db::load);
 * }</pre>
 *
 * @param <K> type of the keys
 */
public final class Warming<K> {
  private final Plan<K> plan;

  /** The settings. Not changed once a warming holds them. */
  private static final class Plan<K> {
    final Function<Supplier<KeyCodec<K>>, Stream<? extends K>> source;
    long skipped;
    long concurrency = Settings.WARM_CONCURRENCY.defaultValue();

    @Nullable
    Long keysPerSecond;

    long batchSize = Settings.WARM_BATCH.defaultValue();
    Consumer<? super WarmReport> progress = report -> {};

    Plan(Function<Supplier<KeyCodec<K>>, Stream<? extends K>> source) {
      this.source = source;
    }

    Plan(Plan<K> other) {
      source = other.source;
      skipped = other.skipped;
      concurrency = other.concurrency;
      keysPerSecond = other.keysPerSecond;
      batchSize = other.batchSize;
      progress = other.progress;
    }
  }

  private Warming(Plan<K> plan) {
    this.plan = plan;
  }

  private static <K> Warming<K> from(Function<Supplier<KeyCodec<K>>, Stream<? extends K>> source) {
    return new Warming<>(new Plan<>(source));
  }

  private Warming<K> but(Consumer<Plan<K>> change) {
    var changed = new Plan<>(plan);
    change.accept(changed);
    return new Warming<>(changed);
  }

  /**
   * Keys in a collection, or of anything else that can be iterated. They are read while the warm-up goes on, so
   * they need not fit into memory.
   *
   * @param <K> type of the keys
   * @param keys the keys, none of them null
   * @return the warming
   */
  public static <K> Warming<K> of(Iterable<? extends K> keys) {
    requireNonNull(keys, "keys");
    return from(codec -> StreamSupport.stream(keys.spliterator(), false));
  }

  /**
   * The keys of a stream, which is read while the warm-up goes on, and closed at its end. A stream can be read once,
   * so this can be used for one warm-up.
   *
   * @param <K> type of the keys
   * @param keys the keys, none of them null
   * @return the warming
   */
  public static <K> Warming<K> of(Stream<? extends K> keys) {
    requireNonNull(keys, "keys");
    return from(codec -> keys);
  }

  /**
   * The keys of a file. Each line is the text of a key, in UTF-8, as the key codec of the cache writes it. Empty lines
   * are left out. A key that contains a line break, or begins with a quotation mark, is in quotation marks; in it
   * {@code \n}, {@code \r}, {@code \\} and {@code \"} stand for a line break, a carriage return, a backslash and a
   * quotation mark. A line that is no key counts as failed.
   *
   * @param <K> type of the keys
   * @param file the file
   * @return the warming; the warm-up fails with an {@link java.io.UncheckedIOException} if the file can't be read
   */
  public static <K> Warming<K> ofFile(Path file) {
    requireNonNull(file, "file");
    return from(codec -> KeyLines.read(file, codec.get()));
  }

  /**
   * Leaves out the first keys, to go on where an earlier warm-up ended.
   *
   * @param keys how many; see {@link WarmReport#position}
   * @return the warming
   */
  public Warming<K> skip(long keys) {
    long checked = Settings.WARM_SKIP.check(keys);
    return but(to -> to.skipped = checked);
  }

  /**
   * Sets how many loads run at a time; 8 unless set.
   *
   * @param loads 1 to 256
   * @return the warming
   */
  public Warming<K> concurrency(int loads) {
    long checked = Settings.WARM_CONCURRENCY.check((long) loads);
    return but(to -> to.concurrency = checked);
  }

  /**
   * Sets how many keys per second are loaded at most, to spare the database; no limit unless set. Keys that are present
   * do not count.
   *
   * @param keys 1 to 1,000,000,000
   * @return the warming
   */
  public Warming<K> keysPerSecond(long keys) {
    Long checked = Settings.WARM_RATE.check(keys);
    return but(to -> to.keysPerSecond = checked);
  }

  /**
   * Sets how many keys a bulk loader is called with at most; 100 unless set. It has no effect on other loaders.
   *
   * @param keys 1 to 10,000
   * @return the warming
   */
  public Warming<K> batchSize(int keys) {
    long checked = Settings.WARM_BATCH.check((long) keys);
    return but(to -> to.batchSize = checked);
  }

  /**
   * Sets what is called with the progress. It is never called by two threads at once. While it runs, progress is added
   * up and reported in one call, so it need not be called for each key. The last call, before the warm-up ends, has the
   * final report. An exception that it throws is ignored.
   *
   * @param callback runs in the calling thread, or on a callback thread if the warm-up is asynchronous
   * @return the warming
   */
  public Warming<K> onProgress(Consumer<? super WarmReport> callback) {
    requireNonNull(callback, "callback");
    return but(to -> to.progress = callback);
  }

  /**
   * Opens the keys, also those that are to be left out. For the cache.
   *
   * @param codec reads the keys, if they are text
   * @return the keys, from the first on. If reading one throws a {@link CodecException}, the others can be read
   */
  public Stream<? extends K> open(Supplier<KeyCodec<K>> codec) {
    return plan.source.apply(codec);
  }

  /** {@return how many keys are left out} */
  public long skipped() {
    return plan.skipped;
  }

  /** {@return how many loads run at a time} */
  public int concurrency() {
    return (int) plan.concurrency;
  }

  /** {@return how many keys per second are loaded at most, or null} */
  public @Nullable Long keysPerSecond() {
    return plan.keysPerSecond;
  }

  /** {@return how many keys a bulk loader is called with at most} */
  public int batchSize() {
    return (int) plan.batchSize;
  }

  /** {@return what is called with the progress} */
  public Consumer<? super WarmReport> progress() {
    return plan.progress;
  }
}
