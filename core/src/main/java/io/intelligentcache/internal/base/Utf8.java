package io.intelligentcache.internal.base;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Strings as UTF-8, without loss. */
public final class Utf8 {
  private Utf8() {}

  /**
   * Encodes a string.
   *
   * @param text the string
   * @return its bytes
   * @throws IllegalArgumentException if it holds half a surrogate pair, which UTF-8 can't express: written as
   *     a question mark it would read back as another string
   */
  public static byte[] encode(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        if (i + 1 == text.length()
            || !Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1))) {
          throw new IllegalArgumentException("not valid Unicode: half a surrogate pair at index "
              + i + " of a string of " + text.length() + " characters");
        }
        i++;
      }
    }
    return text.getBytes(UTF_8);
  }
}
