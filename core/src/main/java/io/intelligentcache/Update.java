package io.intelligentcache;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * The result of a function of {@link TieredCache#update}: what becomes of the entry. Immutable.
 *
 * @param <V> type of the value
 */
public final class Update<V> {
  private static final Update<?> KEEP = new Update<>(false, null, null);
  private static final Update<?> REMOVE = new Update<>(true, null, null);

  private final boolean changes;
  private final @Nullable V value;
  private final @Nullable EntryOptions options;

  private Update(boolean changes, @Nullable V value, @Nullable EntryOptions options) {
    this.changes = changes;
    this.value = value;
    this.options = options;
  }

  /**
   * The entry stays as it is, with its expiry. If there is none, the key stays absent.
   *
   * @param <V> type of the value
   * @return the update
   */
  @SuppressWarnings("unchecked") // it holds no V
  public static <V> Update<V> keep() {
    return (Update<V>) KEEP;
  }

  /**
   * The key is removed from every tier.
   *
   * @param <V> type of the value
   * @return the update
   */
  @SuppressWarnings("unchecked") // it holds no V
  public static <V> Update<V> remove() {
    return (Update<V>) REMOVE;
  }

  /**
   * A value is stored.
   *
   * @param <V> its type
   * @param value the value
   * @param options how to keep it; {@link EntryOptions#defaults} for the cache's default expiry
   * @return the update
   */
  public static <V> Update<V> put(V value, EntryOptions options) {
    return new Update<>(true, requireNonNull(value, "value"), requireNonNull(options, "options"));
  }

  /**
   * A value is stored, and expires when the present value would have expired: after its {@link Found#timeLeft}.
   * Without a present value it gets the cache's default expiry. Its other settings are the cache's.
   *
   * @param <V> its type
   * @param value the value
   * @return the update
   */
  public static <V> Update<V> putKeepingExpiry(V value) {
    return new Update<>(true, requireNonNull(value, "value"), null);
  }

  /** {@return whether the entry changes; false only for {@link #keep}} */
  public boolean changes() {
    return changes;
  }

  /** {@return the value to store, or null if none is stored} */
  public @Nullable V value() {
    return value;
  }

  /** {@return how to keep the value; null if it keeps the expiry of the present one, or none is stored} */
  public @Nullable EntryOptions options() {
    return options;
  }

  @Override
  public String toString() {
    if (value == null) {
      return changes ? "Update[remove]" : "Update[keep]";
    }
    return "Update[" + value + ", " + (options == null ? "same expiry" : options) + "]";
  }
}
