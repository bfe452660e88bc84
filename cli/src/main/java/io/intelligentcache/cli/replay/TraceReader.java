package io.intelligentcache.cli.replay;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.intelligentcache.cli.console.Failure;
import io.intelligentcache.cli.console.Numbers;
import io.intelligentcache.cli.console.Progress;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads a recording and recognizes its format. */
final class TraceReader {
  private static final int HEAD_BYTES = 1 << 13;
  private static final int SHOWN_CHARACTERS = 200;

  private final Path file;
  private final Progress progress;

  TraceReader(Path file, Progress progress) {
    this.file = file;
    this.progress = progress;
  }

  /** Adds the file's requests to a trace. */
  void addTo(TraceBuilder trace) {
    if (Files.isDirectory(file)) {
      throw Failure.of(file + " is a directory, not a trace");
    }
    int before = trace.requests();
    try (InputStream raw = Files.newInputStream(file)) {
      var counted = new CountedInput(raw, Files.size(file), this::show);
      readInto(trace, new BufferedInputStream(Compressed.open(counted), 1 << 16));
    } catch (NoSuchFileException absent) {
      throw Failure.of("no such file: " + file, absent);
    } catch (AccessDeniedException denied) {
      throw Failure.of("can't read " + file + ": permission denied", denied);
    } catch (IOException failure) {
      throw Failure.of("can't read " + file + ": " + failure, failure);
    } catch (ArithmeticException tooMany) {
      throw Failure.of(file + ": more requests than fit in an array", tooMany);
    } finally {
      progress.clear();
    }
    if (trace.requests() == before) {
      throw Failure.of(file + ": no requests in it");
    }
  }

  private void show(long read, long all) {
    progress.update(() -> "reading " + file + ": " + Numbers.percent((double) read / all));
  }

  private void readInto(TraceBuilder trace, InputStream in) throws IOException {
    in.mark(HEAD_BYTES);
    byte[] head = in.readNBytes(HEAD_BYTES);
    in.reset();
    if (nameEndsWith(".bin")) {
      try {
        BinaryRecords.read(in, trace);
      } catch (MalformedRequest malformed) {
        throw Failure.of(file + ": " + malformed.getMessage());
      }
    } else {
      refuseBinary(head);
      readLines(trace, new Lines(in));
    }
  }

  private void readLines(TraceBuilder trace, Lines lines) throws IOException {
    LineFormat format = null;
    String line = "";
    try {
      for (line = lines.next(); line != null; line = lines.next()) {
        String text = lines.number() == 1 ? withoutByteOrderMark(line) : line;
        if (!text.isBlank()) {
          format = format == null ? formatOf(text) : format;
          format.read(text, trace);
        }
      }
    } catch (MalformedRequest malformed) {
      throw Failure.of(
          file + ":" + lines.number() + ": " + malformed.getMessage() + ": " + shown(line));
    }
  }

  /** Refuses a file that is not UTF-8 text: as text it would give meaningless results. */
  private void refuseBinary(byte[] head) {
    for (byte one : head) {
      if (one == 0) {
        throw Failure.of(
            file
                + ": not UTF-8 text; a binary recording must be named .bin, and UTF-16 text must be converted");
      }
    }
  }

  /**
   * The format of the file. The name of the file decides if it ends in .csv or .log,
   * else the first line decides.
   */
  private LineFormat formatOf(String first) {
    if (nameEndsWith(".csv")) {
      return new CsvLines();
    }
    if (nameEndsWith(".log") || AccessLogLines.matches(first)) {
      return new AccessLogLines();
    }
    return first.indexOf(',') >= 0 || CsvLines.isHeader(first) ? new CsvLines() : new KeyLines();
  }

  private boolean nameEndsWith(String extension) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    return name.replaceFirst("\\.(gz|xz)$", "").endsWith(extension);
  }

  private static String withoutByteOrderMark(String line) {
    return line.startsWith("\uFEFF") ? line.substring(1) : line;
  }

  private static String shown(@Nullable String line) {
    String text = line == null ? "" : line;
    String cut =
        text.length() > SHOWN_CHARACTERS ? text.substring(0, SHOWN_CHARACTERS) + "..." : text;
    return '"' + new String(cut.getBytes(UTF_8), UTF_8).replaceAll("\\p{Cntrl}", "?") + '"';
  }
}
