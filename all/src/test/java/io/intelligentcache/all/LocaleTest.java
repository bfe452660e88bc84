package io.intelligentcache.all;

import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.TieredCache;
import io.intelligentcache.TieredCacheManager;
import io.intelligentcache.disk.Disk;
import io.intelligentcache.disk.DiskInspector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.DecimalFormatSymbols;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The default locale belongs to the application: stored data does not depend on it. */
final class LocaleTest {
  private static final Locale BEFORE = Locale.getDefault();
  private static final int KEYS = 100;

  @TempDir
  Path directory;

  @AfterEach
  void back() {
    Locale.setDefault(BEFORE);
  }

  /** One locale of each kind of digits other than 0 to 9, and Turkish, where the capital of i is not I. */
  static List<Locale> odd() {
    return Stream.concat(
            Stream.of(Locale.getAvailableLocales())
                .filter(locale -> DecimalFormatSymbols.getInstance(locale).getZeroDigit() != '0')
                .collect(Collectors.toMap(
                    locale -> DecimalFormatSymbols.getInstance(locale).getZeroDigit(),
                    locale -> locale,
                    (one, other) -> one))
                .values()
                .stream(),
            Stream.of(new Locale.Builder().setLanguage("tr").build()))
        .toList();
  }

  @Test
  void thereAreLocalesWithOtherDigits() {
    assertThat(odd()).hasSizeGreaterThan(3);
  }

  @ParameterizedTest
  @MethodSource("odd")
  void anEntryIsFoundAgainWhateverTheLocaleWasAndIs(Locale odd) throws Exception {
    for (Locale before : List.of(odd, Locale.ENGLISH)) {
      for (Locale after : List.of(odd, Locale.ENGLISH)) {
        Path store = directory.resolve(before.getLanguage() + "-" + after.getLanguage());
        Locale.setDefault(before);
        with(store, cache -> {
          for (int i = 0; i < KEYS; i++) {
            cache.put(i, "Title I" + i);
          }
        });
        Locale.setDefault(after);
        assertThat(DiskInspector.inspect(store).liveEntries()).isEqualTo(KEYS);
        with(store, cache -> {
          for (int i = 0; i < KEYS; i++) {
            assertThat(cache.get(i)).isEqualTo("Title I" + i);
          }
          assertThat(cache.invalidateMatching("1")).isPositive();
        });
        try (Stream<Path> files = Files.list(store)) {
          assertThat(files.map(file -> file.getFileName().toString()).toList())
              .allMatch(name -> name.matches("LOCK|MANIFEST|(seg|idx)-[0-9]{5}"));
        }
      }
    }
  }

  private interface Use {
    void of(TieredCache<Integer, String> cache) throws Exception;
  }

  private static void with(Path store, Use use) throws Exception {
    try (var manager =
        TieredCacheManager.builder().disk(Disk.at(store).maximumMegabytes(4)).build()) {
      use.of(manager.cache("titles", Integer.class, String.class));
    }
  }
}
