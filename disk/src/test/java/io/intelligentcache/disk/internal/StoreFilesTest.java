package io.intelligentcache.disk.internal;

import static io.intelligentcache.disk.internal.Fixture.get;
import static io.intelligentcache.disk.internal.Fixture.open;
import static io.intelligentcache.disk.internal.Fixture.put;
import static io.intelligentcache.disk.internal.Fixture.putForSure;
import static io.intelligentcache.disk.internal.Fixture.remove;
import static io.intelligentcache.disk.internal.Fixture.value;
import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.intelligentcache.disk.DiskInspector;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.TierException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Directories, links and pipes with the names of a store's files. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD) // opening a pipe can't be interrupted
final class StoreFilesTest {
  private static final List<String> NAMES = List.of(
      "seg-00000",
      "seg-00001",
      "seg-00007",
      "idx-00000",
      "idx-00001",
      "idx-00007",
      "MANIFEST",
      "MANIFEST.tmp",
      "MANIFEST.old",
      "resize");

  private static final long BYTES = 4_000_000;

  @TempDir(factory = InMemory.class)
  Path parent;

  /** What may be in the place of a file. */
  enum Kind {
    EMPTY_DIRECTORY,
    FULL_DIRECTORY,
    LINK_TO_NOTHING,
    LINK_TO_A_FILE,
    LINK_TO_A_DIRECTORY,
    PIPE;

    void make(Path at, Path elsewhere) throws IOException, InterruptedException {
      switch (this) {
        case EMPTY_DIRECTORY -> Files.createDirectory(at);
        case FULL_DIRECTORY -> Files.writeString(Files.createDirectory(at).resolve("kept"), "kept");
        case LINK_TO_NOTHING -> Files.createSymbolicLink(at, elsewhere.resolve("nothing"));
        case LINK_TO_A_FILE ->
          Files.createSymbolicLink(at, Files.writeString(elsewhere.resolve("file"), "kept"));
        case LINK_TO_A_DIRECTORY -> Files.createSymbolicLink(at, elsewhere);
        case PIPE -> {
          boolean made;
          try {
            Process mkfifo = new ProcessBuilder("mkfifo", at.toString()).start();
            made = mkfifo.waitFor(30, SECONDS) && mkfifo.exitValue() == 0;
          } catch (IOException e) {
            made = false;
          }
          assumeTrue(made, "this system makes no pipes");
        }
      }
    }
  }

  static Stream<Object[]> all() {
    return Stream.of(Kind.values())
        .flatMap(kind -> NAMES.stream().map(name -> new Object[] {kind, name}));
  }

  @ParameterizedTest
  @MethodSource("all")
  void isSetAsideAndTheStoreWorks(Kind kind, String name) throws Exception {
    Path directory = Files.createDirectory(parent.resolve("store"));
    Path elsewhere = Files.createDirectory(parent.resolve("elsewhere"));
    try (DiskTier tier = open(directory, BYTES)) {
      for (int i = 0; i < 150; i++) {
        putForSure(tier, "k" + i, value("v" + i, 9_000));
      }
    }
    Path at = directory.resolve(name);
    Files.deleteIfExists(at);
    kind.make(at, elsewhere);
    assertThat(DiskInspector.inspect(directory).fileBytes()).isPositive(); // does not hang
    for (int round = 0; round < 2; round++) {
      try (DiskTier tier = open(directory, BYTES)) {
        for (int i = 0; i < 150; i++) {
          assertThat(get(tier, "k" + i)).isIn(null, value("v" + i, 9_000));
        }
        for (int i = 0; i < 500; i++) { // more than fits, so every file is used
          putForSure(tier, "l" + i, value("w" + i, 9_000));
        }
        assertThat(get(tier, "l499")).isEqualTo(value("w499", 9_000));
      }
    }
    assertThat(Files.isRegularFile(at, NOFOLLOW_LINKS) || !Files.exists(at, NOFOLLOW_LINKS))
        .isTrue();
    assertThat(DiskInspector.inspect(directory).damaged()).isFalse();
    if (kind == Kind.FULL_DIRECTORY) {
      assertThat(directory.resolve(name + ".aside/kept")).hasContent("kept");
    }
    if (kind == Kind.LINK_TO_A_FILE) {
      assertThat(elsewhere.resolve("file")).hasContent("kept");
    }
    assertThat(elsewhere.resolve("nothing")).doesNotExist();
  }

  @Test
  void isSetAsideUnderANameThatIsFree() throws Exception {
    List<Path> aside = new ArrayList<>();
    for (int round = 0; round < 3; round++) {
      Path at = parent.resolve("seg-00000");
      Files.deleteIfExists(at);
      Kind.FULL_DIRECTORY.make(at, parent);
      open(parent).close();
      aside.add(parent.resolve("seg-00000.aside" + (round == 0 ? "" : round + 1)));
      for (Path kept : aside) {
        assertThat(kept.resolve("kept")).hasContent("kept");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"EMPTY_DIRECTORY", "LINK_TO_NOTHING", "PIPE"})
  void inThePlaceOfTheLockItIsRefusedWithItsName(String kind) throws Exception {
    Path lock = parent.resolve("LOCK");
    Kind.valueOf(kind).make(lock, parent);
    assertThatThrownBy(() -> open(parent))
        .isInstanceOf(TierException.class)
        .hasMessageContaining(lock + " is no plain file; remove it");
    Files.delete(lock);
    try (DiskTier tier = open(parent)) {
      put(tier, "k", "v");
    }
  }

  @Test
  void whereNoSegmentCanBeMadeWhatWasReplacedIsStruckOutAndTheRestStays() throws IOException {
    Path directory = parent.resolve("store");
    try (DiskTier tier = open(directory, BYTES)) {
      for (int i = 0; i < 300; i++) {
        putForSure(tier, "k" + i, value("old" + i, 1_000));
      }
    }
    List<Path> inTheWay = new ArrayList<>();
    try (DiskTier tier = open(directory, BYTES)) {
      for (int i = 0; i < 100; i++) { // wherever the next segment begins
        Path segment = directory.resolve(String.format(Locale.ROOT, "seg-%05d", i));
        if (Files.notExists(segment)) {
          inTheWay.add(Files.createDirectory(segment));
        }
      }
      for (int i = 0; i < 100; i++) {
        Outcome unused = put(tier, "k" + i, "new");
        unused = remove(tier, "k" + (100 + i));
      }
    }
    for (Path each : inTheWay) {
      Files.delete(each);
    }
    try (DiskTier tier = open(directory, BYTES)) {
      for (int i = 0; i < 300; i++) {
        String there = get(tier, "k" + i);
        if (i < 200) {
          assertThat(there).as("k%d", i).isIn(null, "new");
        } else {
          assertThat(there).as("k%d", i).isEqualTo(value("old" + i, 1_000));
        }
      }
    }
  }
}
