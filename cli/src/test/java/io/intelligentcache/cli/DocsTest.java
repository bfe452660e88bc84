package io.intelligentcache.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.intelligentcache.config.CacheConfig;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaFileObject;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.xml.sax.InputSource;

/**
 * The examples of the README and the docs work: Java compiles against the library, properties open as a
 * configuration, command lines are valid, and links have targets.
 */
final class DocsTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  /** The application around the blocks: names that they may use without a declaration. */
  private static final String AROUND = """
      import io.intelligentcache.*;
      import io.intelligentcache.codec.*;
      import io.intelligentcache.config.*;
      import io.intelligentcache.disk.*;
      import io.intelligentcache.redis.*;
      import io.intelligentcache.stats.*;
      import io.intelligentcache.tier.*;
      import java.io.Reader;
      import java.nio.charset.StandardCharsets;
      import java.nio.file.*;
      import java.time.Duration;
      import java.util.*;
      import java.util.concurrent.*;
      import java.util.concurrent.atomic.*;
      import javax.crypto.SecretKey;
      import javax.crypto.spec.SecretKeySpec;

      class BLOCK {
        record User(String name) {}
        record Point(int x, int y) {
          static Point parse(String text) { throw new UnsupportedOperationException(); }
        }
        record Change(long number, String key) {}
        interface Database {
          User load(String id);
          void save(String id, User user);
          List<String> ids();
          void saveWithOutbox(String id, User user);
          List<Change> outbox();
          void removeFromOutbox(long number);
        }
        interface Api { String fetch(String key) throws Exception; }
        static Database db;
        static Api api;
        static User alice, guest;
        DECLARED
        static void block() throws Exception {
          TEXT
        }
      }
      """;

  private static final String CACHES = "static TieredCacheManager caches;";
  private static final String USERS = "static TieredCache<String, User> users;";

  static List<Path> pages() throws IOException {
    try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
      return Stream.concat(
              Stream.of("README.md", "CONTRIBUTING.md", "CHANGELOG.md").map(ROOT::resolve),
              docs.filter(page -> page.toString().endsWith(".md")))
          .toList();
    }
  }

  static List<Block> blocks() throws IOException {
    List<Block> blocks = new ArrayList<>();
    for (Path page : pages()) {
      blocks.addAll(Block.of(page));
    }
    return blocks;
  }

  @Test
  void thereAreBlocksOfEveryKind() throws IOException {
    assertThat(blocks().stream().map(Block::language).collect(Collectors.toSet()))
        .contains("java", "sh", "properties", "xml");
  }

  /** All in one task: a task of its own for each block takes most of a second. */
  @Test
  void everyBlockOfJavaCompiles(@TempDir Path classes) throws IOException {
    List<JavaFileObject> sources = new ArrayList<>();
    for (Block block : blocks()) {
      if (block.language().equals("java")) {
        String place = ROOT.relativize(block.page()) + "/line-" + block.line();
        sources.add(JavaSources.source(place, inside("Block" + sources.size(), block)));
      }
    }
    JavaSources.compile(sources, classes, "the examples");
  }

  @ParameterizedTest
  @MethodSource("blocks")
  void everyBlockWorks(Block block) throws Exception {
    switch (block.language()) {
      case "java" -> {} // above
      case "properties" -> {
        var properties = new Properties();
        properties.load(new StringReader(block.text()));
        CacheConfig.from(properties);
      }
      case "sh" -> block.text().lines().forEach(line -> understand(block, line));
      case "xml" ->
        DocumentBuilderFactory.newDefaultInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(block.text())));
      case "" -> {} // a drawing
      default -> fail(block + " is in a language that nothing checks");
    }
  }

  private static String inside(String className, Block block) {
    String declared = (block.text().contains("TieredCacheManager caches") ? "" : CACHES)
        + (block.text().contains("TieredCache<String, User> users") ? "" : USERS);
    return AROUND
        .replace("BLOCK", className)
        .replace("DECLARED", declared)
        .replace("TEXT", block.text());
  }

  private static void understand(Block block, String line) {
    String[] words = line.strip().split("\\s+");
    switch (words[0]) {
      case "mvn" -> assertThat(words).as("%s", block).contains("-B");
      case "./icm" -> {
        if (!words[1].equals("bench")) { // the launcher alone handles it
          String[] arguments = List.of(words).subList(1, words.length).toArray(String[]::new);
          Icm.commandLine().parseArgs(arguments);
        }
      }
      default -> fail(block + " has a command that nothing checks: " + line);
    }
  }

  @ParameterizedTest
  @MethodSource("pages")
  void everyLinkToAPageLeadsToOne(Path page) throws IOException {
    var links =
        java.util.regex.Pattern.compile("\\]\\(([^)#:]+)\\)").matcher(Files.readString(page));
    while (links.find()) {
      assertThat(page.resolveSibling(links.group(1))).as("a link of %s", page).exists();
    }
  }

  @Test
  void everyPageIsLinkedFromTheReadme() throws IOException {
    String readme = Files.readString(ROOT.resolve("README.md"));
    for (Path page : pages()) {
      String name = ROOT.relativize(page).toString();
      if (name.startsWith("docs/") && !name.startsWith("docs/decisions/")) {
        assertThat(readme).contains(name);
      }
    }
  }
}
