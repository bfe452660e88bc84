package io.intelligentcache.internal.invalidation;

import static java.util.Objects.requireNonNull;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * A regular expression over the text of keys, in the syntax of RE2.
 *
 * <p>It must match from the start of a key, not necessarily to its end: {@code user:} matches {@code
 * user:1}, not {@code the-user:1}; {@code user:$} matches only {@code user:}. A line break in a key is
 * a character like any other: {@code .} matches it, and {@code ^} and {@code $} mean the start and the
 * end of the whole key, unless the pattern sets the flags {@code (?-s)} or {@code (?m)}. Matching takes
 * time linear in the key's length, whatever the pattern; in return there are no back references and no
 * look-around.
 */
public final class KeyPattern {
  /** The most characters a pattern may have. */
  public static final int MAX_LENGTH = 1_000;

  /**
   * The largest program that RE2/J may make of a pattern. RE2/J follows empty steps by recursion, so a program
   * of many nested options could overflow the stack of the thread that matches.
   */
  private static final int MAX_PROGRAM = 3_000;

  private final Pattern pattern;

  private KeyPattern(Pattern pattern) {
    this.pattern = pattern;
  }

  /**
   * Compiles a pattern.
   *
   * @param regex the pattern, at most {@value #MAX_LENGTH} characters
   * @return the compiled pattern
   * @throws IllegalArgumentException if it is too long, is not a pattern of RE2, or has too many steps
   */
  public static KeyPattern compile(String regex) {
    requireNonNull(regex, "regex");
    if (regex.length() > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "a pattern may have " + MAX_LENGTH + " characters, this one has " + regex.length());
    }
    try {
      Pattern pattern = Pattern.compile(regex, Pattern.DOTALL);
      if (pattern.programSize() > MAX_PROGRAM) {
        throw new IllegalArgumentException("a pattern may compile to " + MAX_PROGRAM
            + " steps, this one takes " + pattern.programSize() + ": \"" + regex + "\"");
      }
      return new KeyPattern(pattern);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "not a pattern that RE2 understands (no back references, no look-around): \"" + regex
              + "\": " + e.getDescription(),
          e);
    }
  }

  /**
   * Whether the pattern matches a key.
   *
   * @param key the key's text
   * @return true if the pattern matches from its start
   */
  public boolean matches(String key) {
    return pattern.matcher(key).lookingAt();
  }

  /** {@return whether the other one has the same text, and so matches the same keys} */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof KeyPattern that && that.pattern.pattern().equals(pattern.pattern());
  }

  @Override
  public int hashCode() {
    return pattern.pattern().hashCode();
  }

  @Override
  public String toString() {
    return pattern.pattern();
  }
}
