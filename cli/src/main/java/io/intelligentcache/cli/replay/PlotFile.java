package io.intelligentcache.cli.replay;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.intelligentcache.cli.console.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** The file for the page of plots. */
final class PlotFile {
  private final Path file;

  /**
   * Checks that the file can be written, so that an error is reported before a long replay.
   *
   * @param file must end in .html, so that a recording is not overwritten by mistake
   */
  PlotFile(Path file) {
    this.file = file;
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    if (!name.endsWith(".html") && !name.endsWith(".htm")) {
      throw Failure.usage("--plot must name a file that ends in .html: " + file);
    }
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw Failure.usage("--plot is in a folder that does not exist: " + file);
    }
    if (Files.isDirectory(file)) {
      throw Failure.usage("--plot is a folder, not a file: " + file);
    }
    if (!Files.isWritable(Files.exists(file) ? file : folder)) {
      throw Failure.usage("--plot can't be written: " + file);
    }
  }

  void write(List<TraceReport> reports) {
    try {
      Files.writeString(file, PlotPage.of(reports), UTF_8);
    } catch (IOException failure) {
      throw Failure.of("can't write " + file + ": " + failure, failure);
    }
  }
}
