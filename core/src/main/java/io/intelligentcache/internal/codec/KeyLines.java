package io.intelligentcache.internal.codec;

import io.intelligentcache.codec.CodecException;
import io.intelligentcache.codec.KeyCodec;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * A file with a key per line. A key that is not a line by itself is in quotation marks, with line breaks, backslashes
 * and quotation marks escaped.
 */
public final class KeyLines {
  /** No key is longer: the tiers would refuse it. */
  private static final int LONGEST_LINE = 1 << 20;

  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private KeyLines() {}

  /**
   * The keys of a file. The file is read through once to count them. Reading a key throws a {@link CodecException} if
   * its line is no key; the next key can be read then. It throws an {@link UncheckedIOException} if the file can't be
   * read.
   */
  public static <K> Stream<K> read(Path file, KeyCodec<K> codec) {
    try {
      long lines = 0;
      try (BufferedReader counted = Files.newBufferedReader(file)) {
        while (next(counted) != null) {
          lines++;
        }
      }
      BufferedReader reader = Files.newBufferedReader(file);
      return StreamSupport.stream(new Keys<>(file, reader, codec, lines), false)
          .onClose(() -> close(reader));
    } catch (IOException | RuntimeException e) {
      throw unreadable(file, e);
    }
  }

  private static UncheckedIOException unreadable(Path file, Exception why) {
    return new UncheckedIOException(
        "the keys in " + file + " can't be read: " + why,
        why instanceof IOException failure ? failure : new IOException(why));
  }

  private static void close(BufferedReader reader) {
    try {
      reader.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The next line that is not empty, without its end; null at the end of the file. */
  private static @Nullable String next(BufferedReader reader) throws IOException {
    StringBuilder line = new StringBuilder();
    int character;
    while ((character = reader.read()) >= 0) {
      if (character != '\n' && character != '\r') {
        if (line.length() == LONGEST_LINE) {
          throw new IOException("a line is longer than " + LONGEST_LINE + " characters");
        }
        if (character != BYTE_ORDER_MARK || !line.isEmpty()) {
          line.append((char) character);
        }
      } else if (!line.isEmpty()) {
        return line.toString();
      }
    }
    return line.isEmpty() ? null : line.toString();
  }

  /** The key of a line. */
  static String key(String line) {
    if (line.charAt(0) != '"') {
      return line;
    }
    StringBuilder key = new StringBuilder();
    int at = 1;
    for (; at < line.length() - 1 && line.charAt(at) != '"'; at++) {
      char character = line.charAt(at);
      key.append(character == '\\' ? unescaped(line.charAt(++at)) : character);
    }
    if (at != line.length() - 1 || line.charAt(at) != '"') {
      throw new IllegalArgumentException(
          "the quotation mark at its end is missing, or is not at its end");
    }
    return key.toString();
  }

  private static char unescaped(char escaped) {
    return switch (escaped) {
      case 'n' -> '\n';
      case 'r' -> '\r';
      case '\\', '"' -> escaped;
      default -> throw new IllegalArgumentException("it has \\" + escaped);
    };
  }

  private static final class Keys<K> extends Spliterators.AbstractSpliterator<K> {
    private final Path file;
    private final BufferedReader reader;
    private final KeyCodec<K> codec;
    private long read;

    Keys(Path file, BufferedReader reader, KeyCodec<K> codec, long lines) {
      super(lines, Spliterator.SIZED | Spliterator.ORDERED | Spliterator.NONNULL);
      this.file = file;
      this.reader = reader;
      this.codec = codec;
    }

    @Override
    public boolean tryAdvance(Consumer<? super K> action) {
      String line;
      try {
        line = next(reader);
      } catch (IOException e) {
        throw unreadable(file, e);
      }
      if (line != null) {
        read++;
        action.accept(decoded(line));
      }
      return line != null;
    }

    private K decoded(String line) {
      try {
        return codec.decode(key(line));
      } catch (RuntimeException e) {
        throw new CodecException(
            "key " + read + " of " + file + " can't be read: " + e.getMessage(), e);
      }
    }
  }
}
