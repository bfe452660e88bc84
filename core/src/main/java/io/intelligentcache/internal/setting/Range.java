package io.intelligentcache.internal.setting;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The allowed values of a setting.
 *
 * @param smallest null if there is no such bound
 * @param largest null if there is no such bound
 * @param text the same in words
 */
record Range<T>(
    @Nullable T smallest, @Nullable T largest, String text, Predicate<? super T> allowed) {

  static <T extends Comparable<T>> Range<T> between(SettingType<T> type, T smallest, T largest) {
    return new Range<>(
        smallest,
        largest,
        type.write(smallest) + " to " + type.write(largest),
        value -> value.compareTo(smallest) >= 0 && value.compareTo(largest) <= 0);
  }

  /** A range of values without an order. */
  static <T> Range<T> of(String text, Predicate<? super T> allowed) {
    return new Range<>(null, null, text, allowed);
  }

  boolean has(T value) {
    return allowed.test(value);
  }
}
