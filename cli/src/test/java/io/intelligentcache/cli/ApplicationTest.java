package io.intelligentcache.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.intelligentcache.redis.RedisServerProcess;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A separate application runs the README's quick start, with the library's jars on
 * its class path or module path.
 */
final class ApplicationTest {
  private static final Path README = Path.of("..", "README.md");

  /** The jars that an application with a dependency on the library has, among all jars of this test. */
  private static final Pattern LIBRARIES = Pattern.compile(
      "(intelligent-cache|jackson|jspecify|lettuce|lz4|netty|re2j|reactive|reactor|redis-authx|slf4j-api)[^/]*(?<!-tests)\\.jar");

  private static final String URL = "redis://localhost:6379";

  private static final String MODULE = """
      module app {
        requires io.intelligentcache;
        requires io.intelligentcache.disk;
        requires io.intelligentcache.redis;

        opens app;
      }
      """;

  private static final String MAIN = """
      package app;

      import io.intelligentcache.*;
      import io.intelligentcache.codec.*;
      import io.intelligentcache.disk.*;
      import io.intelligentcache.redis.*;
      import java.nio.file.Path;
      import java.time.Duration;
      import java.util.List;

      public final class Main {
        record User(String name) {}
        interface Database { User load(String id); }

        public static void main(String[] arguments) {
          Database db = User::new;
          User alice = new User("alice");
          User guest = new User("guest");
          QUICK_START
        }
      }
      """;

  @TempDir
  Path directory;

  private static final RedisServerProcess SERVER = RedisServerProcess.launch();

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  @Test
  void runsOnTheClassPath() throws Exception {
    Path classes = compiled(List.of("-cp", path()), false);
    assertThat(run("-cp", path() + File.pathSeparator + classes, "app.Main"))
        .contains("hit rate 50.0%");
  }

  /** Jars only: a folder of classes has no module name. */
  @Test
  void runsOnTheModulePath() throws Exception {
    assumeThat(libraries()).anyMatch(jar -> jar.contains("intelligent-cache-core"));
    Path classes = compiled(List.of("-p", path()), true);
    String path = path() + File.pathSeparator + classes;
    assertThat(run("-p", path, "--add-modules", "ALL-MODULE-PATH", "-m", "app/app.Main"))
        .contains("hit rate 50.0%");
  }

  private static List<String> libraries() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(
            entry -> LIBRARIES.matcher(Path.of(entry).getFileName().toString()).matches())
        .toList();
  }

  private static String path() {
    List<String> all = new ArrayList<>(libraries());
    if (all.stream().noneMatch(jar -> jar.contains("intelligent-cache-core"))) {
      Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
          .filter(entry -> entry.endsWith("classes") && !entry.endsWith("test-classes"))
          .forEach(all::add);
    }
    return String.join(File.pathSeparator, all);
  }

  private Path compiled(List<String> options, boolean module) throws IOException {
    Path sources = Files.createDirectories(directory.resolve("src/app"));
    Path classes = directory.resolve("classes");
    List<String> arguments = new ArrayList<>(options);
    arguments.addAll(List.of("-d", classes.toString()));
    arguments.add(
        Files.writeString(sources.resolve("Main.java"), MAIN.replace("QUICK_START", quickStart()))
            .toString());
    if (module) {
      arguments.add(
          Files.writeString(sources.resolveSibling("module-info.java"), MODULE).toString());
    }
    assertThat(ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, arguments.toArray(String[]::new)))
        .isZero();
    return classes;
  }

  /** The Java of the README's quick start. */
  private static String quickStart() throws IOException {
    String code = Block.javaOf(README).stream()
        .filter(block -> block.heading().equals("Quick start"))
        .findFirst()
        .orElseThrow()
        .text();
    assertThat(code).contains(URL);
    return code.replace(URL, SERVER.url());
  }

  private String run(String... command) throws Exception {
    List<String> all = new ArrayList<>();
    all.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    all.addAll(List.of(command));
    Path out = directory.resolve("out");
    Process process = new ProcessBuilder(all)
        .directory(directory.toFile())
        .redirectErrorStream(true)
        .redirectOutput(out.toFile())
        .start();
    assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
    String said = Files.readString(out, UTF_8);
    assertThat(process.exitValue()).as(said).isZero();
    return said;
  }
}
