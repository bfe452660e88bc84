package io.intelligentcache.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.cli.CommandRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReplayCommandTest {
  @TempDir
  Path directory;

  @Test
  void printsOneJsonObjectPerPolicyAndSize() throws IOException {
    Path file = Files.writeString(directory.resolve("a \"b\".csv"), "k,10\nj,30\nk\nk\n");

    CommandRun run =
        CommandRun.of("replay", file, "--policy", "lru,lfu", "--size", "100%,20,1KB", "--json");

    String name = file.toString().replace("\"", "\\\"");
    assertThat(run.exitCode()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .containsExactly(
            line(name, "lru", "100%", 2, 0.5, 0.333333),
            line(name, "lru", "20", 2, 0.5, 0.333333),
            line(name, "lru", "1KB", 2, 0.5, 0.333333),
            line(name, "lfu", "100%", 2, 0.5, 0.333333),
            line(name, "lfu", "20", 2, 0.5, 0.333333),
            line(name, "lfu", "1KB", 2, 0.5, 0.333333));
  }

  private static String line(
      String trace, String policy, String size, long hits, double ratio, double byteRatio) {
    return "{\"trace\":\"" + trace + "\",\"policy\":\"" + policy + "\",\"size\":\"" + size
        + "\",\"requests\":4,\"hits\":" + hits + ",\"hitRatio\":" + ratio + ",\"byteHitRatio\":"
        + byteRatio + "}";
  }

  @Test
  void printsATablePerFile() throws IOException {
    Path first = Files.writeString(directory.resolve("first.txt"), "a\na\na\nb\n");
    Path second = Files.writeString(directory.resolve("second.txt"), "a\n");

    CommandRun run = CommandRun.of("replay", first, second, "--policy", "LRU", "--size", "1");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out())
        .containsExactly(
            first + ": 4 requests, 2 keys",
            "policy  size  hits  hit ratio  byte hit ratio",
            "lru        1     2    50.00 %               -",
            "LRU at 1 entry: 50.0 % hits. Measured at one size only:"
                + " give --size several to see what more or less would do.",
            "",
            second + ": 1 requests, 1 keys",
            "policy  size  hits  hit ratio  byte hit ratio",
            "lru        1     0     0.00 %               -",
            "LRU at 1 entry: 0.0 % hits. Measured at one size only:"
                + " give --size several to see what more or less would do.",
            "");
  }

  @Test
  void hasDefaultsForPolicyAndSize() throws IOException {
    Path file = Files.writeString(directory.resolve("t"), "a\n");

    assertThat(CommandRun.of("replay", file, "--json").out()).hasSize(6);
  }

  @Test
  void refusesWhatCanNotBe() throws IOException {
    Path file = Files.writeString(directory.resolve("t"), "a\n");

    assertRefused("--policy must be lru, lfu or adaptive: fifo", file, "--policy", "lru,fifo");
    assertRefused("--size must be like", file, "--size", "ten");
    assertRefused("--size must be like", file, "--size", "-1");
    assertRefused("--size must be more than 0: 0%", file, "--size", "0%");
    assertRefused("--size must be at most 100%: 101%", file, "--size", "101%");
    assertRefused("--size is given twice: 1000B", file, "--size", "1KB,1000B");
    assertRefused("--policy is given twice: LRU", file, "--policy", "lru,LRU");
    assertRefused("--phases must be 1 to 1000: 0", file, "--phases", "0");
    assertRefused("--phases must be at most the 1 requests", file, "--phases", "2");
    assertRefused("--plot must name a file that ends in .html: t", file, "--plot", "t");
    assertRefused(
        "--plot is in a folder that does not exist", file, "--plot", directory + "/no/p.html");
    Path folder = Files.createDirectory(directory.resolve("folder.html"));
    assertRefused("--plot is a folder, not a file", file, "--plot", folder.toString());
    assertRefused("is in bytes, but the trace has no sizes", file, "--size", "1MB");
  }

  private static void assertRefused(String message, Path file, String option, String value) {
    CommandRun run = CommandRun.of("replay", file, option, value);

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).hasSize(1).first().asString().contains(message);
  }

  @Test
  void refusesAFileTwiceUnlessOneTraceIsWanted() throws IOException {
    Path file = Files.writeString(directory.resolve("t"), "a\nb\n");

    assertThat(CommandRun.of("replay", file, file).err())
        .containsExactly("icm: FILE is given twice: " + file);
    assertThat(CommandRun.of(
                "replay",
                file,
                file,
                "--concat",
                "--policy",
                "lru",
                "--size",
                "2",
                "--phases",
                "2",
                "--json")
            .out())
        .singleElement()
        .asString()
        .contains("\"requests\":4,\"hits\":2,")
        .endsWith("\"phases\":[0.0,1.0]}");
  }

  @Test
  void aMissingFileIsToldBeforeAnyReplay() throws IOException {
    Path file = Files.writeString(directory.resolve("t"), "a\n");

    CommandRun run = CommandRun.of("replay", file, directory.resolve("none"));

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).containsExactly("icm: no such file: " + directory.resolve("none"));
  }

  @Test
  void writesAPageOfAllTraces() throws IOException {
    Path first = Files.writeString(directory.resolve("first"), "a\na\nb\n");
    Path second = Files.writeString(directory.resolve("second"), "a,5\nb,7\n");
    Path page = directory.resolve("page.html");

    CommandRun run = CommandRun.of("replay", first, second, "--plot", page, "--json");

    assertThat(run.err()).isEmpty();
    assertThat(Files.readString(page)).contains("first: 3 requests", "second: 2 requests", "12 B");
  }

  @Test
  void sizesAreSharesOrAmounts() {
    var sized = new TraceBuilder();
    sized.add("a", 1_000);
    sized.add("b", 500);
    var plain = new TraceBuilder();
    plain.add("a", 0);
    plain.add("b", 0);

    assertThat(CacheSize.parse("10%").capacityFor(sized.build())).isEqualTo(150);
    assertThat(CacheSize.parse("0.1%").capacityFor(sized.build())).isEqualTo(1);
    assertThat(CacheSize.parse("50%").capacityFor(plain.build())).isEqualTo(1);
    assertThat(CacheSize.parse("5000").capacityFor(plain.build())).isEqualTo(5_000);
    assertThat(CacheSize.parse("1.5kb").capacityFor(sized.build())).isEqualTo(1_500);
    assertThat(CacheSize.parse("64MB").capacityFor(sized.build())).isEqualTo(64_000_000);
    assertThat(CacheSize.parse("2GB").capacityFor(sized.build())).isEqualTo(2_000_000_000);
    assertThat(CacheSize.parse("7B").capacityFor(sized.build())).isEqualTo(7);
  }

  @Test
  void keysKeepTheirNumbersWhenTheTableGrows() {
    var numbers = new KeyNumbers();
    for (int i = 0; i < 100_000; i++) {
      assertThat(numbers.numberOf((long) i << 20)).isEqualTo(i);
    }
    for (int i = 0; i < 100_000; i++) {
      assertThat(numbers.numberOf((long) i << 20)).isEqualTo(i);
      assertThat(numbers.key(i)).isEqualTo((long) i << 20);
    }
    assertThat(numbers.count()).isEqualTo(100_000);
  }
}
