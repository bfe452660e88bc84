package io.intelligentcache.cli.chaos.server;

import io.intelligentcache.cli.console.Failure;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds the Redis server to start. */
public final class ServerBinary {
  private static final String NAME = "redis-server";

  private ServerBinary() {}

  /**
   * Finds the executable of the server.
   *
   * @param told the file that the user named, or null to search the search path
   * @param searchPath folders, as in the environment variable {@code PATH}
   * @return an executable file
   */
  public static Path find(@Nullable Path told, String searchPath) {
    if (told != null) {
      if (!Files.isRegularFile(told) || !Files.isExecutable(told)) {
        throw Failure.usage("--redis-server: no executable file: " + told);
      }
      return told.toAbsolutePath();
    }
    return Arrays.stream(searchPath.split(Pattern.quote(File.pathSeparator), -1))
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder, NAME))
        .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
        .findFirst()
        .orElseThrow(() -> Failure.of("no " + NAME + " in the folders of PATH (" + searchPath
            + "): install Redis or Valkey, or give the file with --redis-server"));
  }
}
