package io.intelligentcache.internal.setting;

import java.time.DateTimeException;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * One setting: its names, its type, its allowed values and its default. The builder checks values with it, and
 * the property is read with it. So both refuse the same values with the same message, which has the setting,
 * what is allowed, and the value. {@link Settings} has all settings.
 *
 * <p>Immutable.
 *
 * @param <T> type of the values
 */
public final class Setting<T> {
  private static final int LONGEST_SHOWN = 200;

  private final String property;
  private final List<String> builders;
  private final SettingType<T> type;
  private final Range<T> range;
  private final @Nullable T initial;
  private final String meaning;

  Setting(
      String property,
      List<String> builders,
      SettingType<T> type,
      Range<T> range,
      @Nullable T initial,
      String meaning) {
    this.property = property;
    this.builders = builders;
    this.type = type;
    this.range = range;
    this.initial = initial;
    this.meaning = meaning;
  }

  /** {@return its name in properties; empty if it is set in code only, cache by cache} */
  public String property() {
    return property;
  }

  /** {@return the methods that set it; those of the manager's builder without their class} */
  public List<String> builders() {
    return builders;
  }

  /** {@return the kind of its values, for example {@code size}} */
  public String type() {
    return type.name();
  }

  /** {@return the values that are allowed, for example {@code 4MB to 4TiB}} */
  public String allowed() {
    return range.text();
  }

  /** {@return the smallest value that is allowed, or null if there is no such bound} */
  public @Nullable T smallest() {
    return range.smallest();
  }

  /** {@return the largest value that is allowed, or null if there is no such bound} */
  public @Nullable T largest() {
    return range.largest();
  }

  /** {@return what it means, in one sentence} */
  public String meaning() {
    return meaning;
  }

  /** {@return whether its values are secrets, which must not be shown in any text} */
  public boolean isSecret() {
    return type.secret();
  }

  /**
   * The value unless set.
   *
   * @return the default
   * @throws NoSuchElementException if there is none
   */
  public T defaultValue() {
    if (initial == null) {
      throw new NoSuchElementException(label() + " has no default");
    }
    return initial;
  }

  /** {@return the default in the format of a property, or {@code none}} */
  public String defaultText() {
    return initial == null ? "none" : type.write(initial);
  }

  /**
   * Checks a value that a builder was given.
   *
   * @param value the value
   * @return the same value
   * @throws IllegalArgumentException if it is not allowed; the message has the setting, what is allowed and
   *     the value
   */
  public T check(T value) {
    if (value == null) {
      throw new NullPointerException(label() + " must be " + allowed() + ": null");
    }
    if (!range.has(value)) {
      throw refusal(value);
    }
    return value;
  }

  boolean allows(T value) {
    return range.has(value);
  }

  /**
   * Reads a value from the text of a property.
   *
   * @param text the text
   * @return the value. Null if the text is {@code none} and the setting has no default; settings whose
   *     value may be any text read {@code none} as a text
   * @throws IllegalArgumentException if it can't be read or is not allowed; the message has the setting,
   *     what is allowed and the text
   */
  public @Nullable T read(String text) {
    String stripped = text.strip();
    if (initial == null && !type.anyText() && stripped.equalsIgnoreCase("none")) {
      return null;
    }
    T value;
    try {
      value = type.read(stripped);
    } catch (IllegalArgumentException | DateTimeException unreadable) {
      throw unreadable(stripped, "");
    } catch (ArithmeticException overflow) {
      throw unreadable(stripped, " is too large");
    }
    if (!range.has(value)) {
      throw unreadable(stripped, "");
    }
    return value;
  }

  private IllegalArgumentException unreadable(String text, String why) {
    return new IllegalArgumentException(label() + " must be " + type.lead() + allowed()
        + type.examples() + ": " + shown(text) + why);
  }

  /**
   * Makes the exception that refuses a value.
   *
   * @param value the value, or a text that describes it
   * @return the exception, to be thrown
   */
  public IllegalArgumentException refusal(Object value) {
    return refusal(value, "");
  }

  /**
   * Makes the exception that refuses a value, with more details.
   *
   * @param value the value, or a text that describes it
   * @param why the text after the value: its unit, or what is wrong with it
   * @return the exception, to be thrown
   */
  public IllegalArgumentException refusal(Object value, String why) {
    return new IllegalArgumentException(
        label() + " must be " + allowed() + ": " + shown(value) + (why.isEmpty() ? "" : " " + why));
  }

  /** {@return the property and the builder's method, as messages name it} */
  public String label() {
    return property.isEmpty() ? builders.get(0) : property + " (" + builders.get(0) + ")";
  }

  /** A value on one line, not too long; texts are quoted, so that blanks are visible. */
  private String shown(Object value) {
    if (type.secret()) {
      return "***";
    }
    var shown = new StringBuilder();
    value.toString().codePoints().limit(LONGEST_SHOWN + 1L).forEach(point -> {
      if (isVisible(point)) {
        shown.appendCodePoint(point);
      } else {
        shown.append(String.format(Locale.ROOT, "\\u%04x", point));
      }
    });
    if (value.toString().length() > LONGEST_SHOWN) {
      shown.append("...");
    }
    return value instanceof CharSequence ? "\"" + shown + "\"" : shown.toString();
  }

  private static boolean isVisible(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR -> false;
      default -> true;
    };
  }

  @Override
  public String toString() {
    return label();
  }
}
