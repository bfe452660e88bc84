package io.intelligentcache.cli.chaos.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * The Redis protocol, as far as one command and its answer need it. Strings stand for bytes, one
 * character for one byte, so that any binary key is preserved.
 */
final class Resp {
  private Resp() {}

  /** Encodes a command. */
  static byte[] request(String... words) {
    var out = new ByteArrayOutputStream();
    out.writeBytes(("*" + words.length + "\r\n").getBytes(ISO_8859_1));
    for (String word : words) {
      out.writeBytes(("$" + word.length() + "\r\n" + word + "\r\n").getBytes(ISO_8859_1));
    }
    return out.toByteArray();
  }

  /**
   * Reads an answer and returns its strings and numbers as a flat list, in order. Nil adds nothing.
   *
   * @throws IOException if the server is unreachable, or answers with an error; the message is
   *     then the text of the error
   */
  static List<String> answer(InputStream in) throws IOException {
    List<String> strings = new ArrayList<>();
    read(in, strings);
    return strings;
  }

  private static void read(InputStream in, List<String> into) throws IOException {
    String line = line(in);
    String rest = line.substring(1);
    switch (line.charAt(0)) {
      case '-' -> throw new IOException(rest);
      case '$' -> {
        if (!rest.equals("-1")) {
          into.add(new String(bytes(in, Integer.parseInt(rest)), ISO_8859_1));
          bytes(in, 2);
        }
      }
      case '*' -> {
        for (int left = Integer.parseInt(rest); left > 0; left--) {
          read(in, into);
        }
      }
      default -> into.add(rest);
    }
  }

  private static byte[] bytes(InputStream in, int count) throws IOException {
    byte[] bytes = in.readNBytes(count);
    if (bytes.length < count) {
      throw new EOFException("the server hung up");
    }
    return bytes;
  }

  private static String line(InputStream in) throws IOException {
    var line = new StringBuilder();
    for (int next = bytes(in, 1)[0]; next != '\n'; next = bytes(in, 1)[0]) {
      line.append((char) next);
    }
    if (line.length() < 2) {
      throw new IOException("not a Redis answer: " + line);
    }
    return line.substring(0, line.length() - 1);
  }
}
