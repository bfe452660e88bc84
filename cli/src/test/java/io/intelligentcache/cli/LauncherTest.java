package io.intelligentcache.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the real script in a separate folder, with fakes of Java and Maven that record their calls. */
final class LauncherTest {
  private static final List<String> TOOLS = List.of(
      "sh",
      "dirname",
      "readlink",
      "sed",
      "head",
      "tail",
      "find",
      "mkdir",
      "rmdir",
      "mv",
      "rm",
      "cat",
      "sleep",
      "pwd");

  @TempDir
  Path directory;

  private Path root;
  private Path bin;
  private Path home;

  private record Run(int exitCode, List<String> out, List<String> err) {}

  @BeforeEach
  void lay() throws IOException {
    root = Files.createDirectories(directory.resolve("a folder with  spaces"));
    home = Files.createDirectories(directory.resolve("some where else"));
    bin = Files.createDirectories(directory.resolve("bin"));
    Files.copy(Path.of("..", "icm"), root.resolve("icm"));
    for (String module : List.of("core", "disk", "redis", "cli")) {
      write(root.resolve(module).resolve("src/main/Source.java"), "");
      write(root.resolve(module).resolve("pom.xml"), "");
    }
    for (String tool : TOOLS) {
      Path real = Path.of("/usr/bin", tool);
      Files.createSymbolicLink(
          bin.resolve(tool), Files.exists(real) ? real : Path.of("/bin", tool));
    }
    java(bin.resolve("java"), "17.0.9");
    maven(
        "echo '[INFO] Building The first module 1.0      [1/2]'; echo '[INFO] compiling';"
            + " echo '[INFO] Building The second 1.0     [2/2]';"
            + "echo \"$@\" >>builds; mkdir -p cli/target bench/target; sleep 0.3; : >cli/target/icm.jar; : >bench/target/icm-bench.jar");
  }

  @Test
  void buildsOnceAndThenStarts() throws Exception {
    Run first = run("replay", "a file");
    Run second = run("replay", "a file");

    Path log = root.resolve("cli/target/icm-build.log");
    assertThat(first.err().get(0)).contains("first run", "downloads");
    assertThat(first.err())
        .contains("icm: This takes a few minutes, once. Maven's output is in " + log)
        .endsWith("icm: [1/2] The first module 1.0", "icm: [2/2] The second 1.0");
    assertThat(log).content().contains("compiling", "[2/2]");
    assertThat(first.out()).contains("[" + root + "/cli/target/icm.jar]", "[replay]", "[a file]");
    assertThat(second.err()).isEmpty();
    assertThat(second.out()).isEqualTo(first.out());
    assertThat(builds()).hasSize(1);
    assertThat(builds().get(0)).contains("-DskipTests", "-pl cli", "package");
  }

  @Test
  void runsInTheFolderOfItsCaller() throws Exception {
    assertThat(run("--help").out()).contains("pwd " + home.toRealPath());
  }

  @Test
  void findsItsFolderThroughLinks() throws Exception {
    Path near = Files.createSymbolicLink(root.resolve("near"), Path.of("icm"));
    Path far = Files.createSymbolicLink(home.resolve("far away"), near);

    Run run = start(far, Map.of(), "--help").join();

    assertThat(run.out()).contains("[" + root + "/cli/target/icm.jar]");
  }

  @Test
  void buildsAgainWhatIsOlderThanItsSources() throws Exception {
    run("--help");
    Files.setLastModifiedTime(
        root.resolve("disk/src/main/Source.java"), FileTime.from(Instant.now().plusSeconds(5)));

    Run run = run("--help");

    assertThat(run.err().get(0)).startsWith("icm: building, because its sources have changed");
    assertThat(builds()).hasSize(2);
  }

  @Test
  void twoFirstRunsBuildOnce() throws Exception {
    Files.createSymbolicLink(bin.resolve("flock"), Path.of("/usr/bin/flock"));
    assertThatTwoFirstRunsBuildOnce();
  }

  @Test
  void twoFirstRunsBuildOnceWithoutFlock() throws Exception {
    assertThatTwoFirstRunsBuildOnce();
  }

  private void assertThatTwoFirstRunsBuildOnce() throws Exception {
    Started one = start(root.resolve("icm"), Map.of(), "--help");
    Started two = start(root.resolve("icm"), Map.of(), "--help");

    assertThat(List.of(one.join().exitCode(), two.join().exitCode())).containsOnly(0);
    assertThat(builds()).hasSize(1);
    assertThat(root.resolve("cli/target/icm.lock.d")).doesNotExist();
  }

  @Test
  void showsWhyABuildFailedAndTriesAgainNextTime() throws Exception {
    maven("echo 'no network'; exit 1");
    Run failed = run("--help");
    maven("mkdir -p cli/target; : >cli/target/icm.jar");

    assertThat(failed.exitCode()).isEqualTo(1);
    assertThat(failed.err()).contains("no network");
    assertThat(failed.err().get(failed.err().size() - 1)).startsWith("icm: the build failed");
    assertThat(run("--help").exitCode()).isZero();
  }

  @Test
  void takesJavaFromItsHomeFirst() throws Exception {
    Path other = directory.resolve("jdk 21");
    java(other.resolve("bin/java"), "21");

    Run run = start(root.resolve("icm"), Map.of("JAVA_HOME", other.toString()), "--help")
        .join();

    assertThat(run.out()).contains("java 21");
  }

  @Test
  void passesOverAJavaThatIsTooOld() throws Exception {
    Path old = directory.resolve("jdk8");
    java(old.resolve("bin/java"), "1.8.0_202");
    Map<String, String> withOldHome = Map.of("JAVA_HOME", old.toString());

    assertThat(start(root.resolve("icm"), withOldHome, "--help").join().out())
        .contains("java 17.0.9");

    java(bin.resolve("java"), "11.0.2");
    Run refused = start(root.resolve("icm"), withOldHome, "--help").join();

    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.err())
        .containsExactly(
            "icm: Java 17 or newer is needed: install a JDK and put it on PATH or in JAVA_HOME; "
                + old + "/bin/java is version 8; " + bin + "/java is version 11");
  }

  @Test
  void saysThatJavaOrMavenIsMissing() throws Exception {
    Files.delete(bin.resolve("mvn"));
    assertThat(run("--help").err()).last().asString().contains("mvn is not on PATH");

    Files.delete(bin.resolve("java"));
    assertThat(run("--help").err()).singleElement().asString().contains("none found");
  }

  @Test
  void buildsTheBenchmarksWhenTheyAreAskedFor() throws Exception {
    Run run = run("bench", "memory");

    assertThat(run.out())
        .contains("[" + root + "/bench/target/icm-bench.jar]", "[memory]")
        .doesNotContain("[bench]");
    assertThat(builds().get(0)).contains("-Pbench").contains("-pl bench");
  }

  private record Started(Process process, Path out, Path err) {
    Run join() throws IOException, InterruptedException {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      return new Run(process.exitValue(), Files.readAllLines(out), Files.readAllLines(err));
    }
  }

  private Run run(String... args) throws IOException, InterruptedException {
    return start(root.resolve("icm"), Map.of(), args).join();
  }

  private Started start(Path script, Map<String, String> environment, String... args)
      throws IOException {
    List<String> command =
        new ArrayList<>(List.of(bin.resolve("sh").toString(), script.toString()));
    command.addAll(List.of(args));
    Path out = Files.createTempFile(directory, "out", "");
    Path err = Files.createTempFile(directory, "err", "");
    var process = new ProcessBuilder(command)
        .directory(home.toFile())
        .redirectOutput(out.toFile())
        .redirectError(err.toFile());
    process.environment().clear();
    process.environment().put("PATH", bin.toString());
    process.environment().putAll(environment);
    return new Started(process.start(), out, err);
  }

  private List<String> builds() throws IOException {
    return Files.readAllLines(root.resolve("builds"));
  }

  private static void java(Path file, String version) throws IOException {
    script(
        file,
        String.join(
            "\n",
            "case \"$*\" in *-version*) echo 'openjdk version \"" + version
                + "\" 2020-01-01' >&2; exit;; esac",
            "echo java " + version,
            "echo pwd $(pwd)",
            "for word; do echo \"[$word]\"; done"));
  }

  private void maven(String commands) throws IOException {
    script(bin.resolve("mvn"), commands);
  }

  private static void script(Path file, String text) throws IOException {
    write(file, "#!/bin/sh\n" + text + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
