package io.intelligentcache.cli.console;

import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes JSON for scripts. The text is ASCII, because the terminal's encoding
 * may not have every character.
 */
public final class Json {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  private Json() {}

  /**
   * Writes one line.
   *
   * @param value what to write
   * @return JSON without line breaks
   */
  public static String line(Object value) {
    return MAPPER.writeValueAsString(value);
  }
}
