package io.intelligentcache.cli.replay;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads lines of text and counts them. The length of a line is limited, so
 * that no file can fill the heap.
 */
final class Lines {
  static final int MAX_BYTES = 1 << 16;

  private final InputStream in;
  private final byte[] buffer = new byte[1 << 16];
  private final byte[] line = new byte[MAX_BYTES];
  private int at;
  private int filled;
  private long number;

  Lines(InputStream in) {
    this.in = in;
  }

  /** Returns the next line without its line break, or null after the last one. */
  @Nullable
  String next() throws IOException, MalformedRequest {
    if (!more()) {
      return null;
    }
    number++;
    int length = 0;
    while (more() && buffer[at] != '\n') {
      if (length == MAX_BYTES) {
        throw new MalformedRequest("a line of more than " + MAX_BYTES + " bytes");
      }
      line[length++] = buffer[at++];
    }
    at++;
    if (length > 0 && line[length - 1] == '\r') {
      length--;
    }
    return new String(line, 0, length, UTF_8);
  }

  /** The number of the line that {@link #next} read last, from 1. */
  long number() {
    return number;
  }

  private boolean more() throws IOException {
    if (at >= filled) {
      filled = Math.max(0, in.read(buffer));
      at = 0;
    }
    return filled > 0;
  }
}
