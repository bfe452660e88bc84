package io.intelligentcache.disk.internal;

import static io.intelligentcache.disk.internal.Fixture.KEY;
import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.Effort;
import io.intelligentcache.Seed;
import io.intelligentcache.disk.internal.format.Manifest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Flips bits in a small store, then opens and reads it. */
@ExtendWith(Effort.class)
@Timeout(7_200)
final class FlipTest {
  private static final int FLIPS = Effort.of(1_000, 100_000, "flips");

  @TempDir(factory = InMemory.class)
  Path directory;

  @RegisterExtension
  private final Seed seed = new Seed();

  private final Random random = seed.random();

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aFlippedBitCostsTheRecordItIsInAndNothingElse(boolean encrypted) throws IOException {
    var store = new SmallStore(directory, false, encrypted ? KEY : null);
    List<String> names = List.copyOf(store.files().keySet());
    int lost = 0;
    for (int round = 0; round < FLIPS * 3 / (encrypted ? 20 : 5); round++) {
      String name = names.get(random.nextInt(names.size()));
      byte[] bytes = store.bytes(name);
      int bit = flip(bytes);
      store.write(name, bytes);
      Map<String, String> found = store.read();
      String what = "seed " + seed + ", " + name + ", bit " + bit;
      assertThat(store.expected).as(what).containsAllEntriesOf(found);
      if (name.equals(Manifest.FILE)) {
        assertThat(store.lost(found)).as(what).isIn(0, store.expected.size());
      } else {
        assertThat(store.lost(found)).as(what).isBetween(0, name.startsWith("seg-") ? 1 : 0);
        lost += store.lost(found);
      }
    }
    assertThat(lost).isPositive();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void manyFlippedBitsAreMissesAtMost(boolean encrypted) throws IOException {
    for (boolean killed : List.of(false, true)) {
      var store =
          new SmallStore(directory.resolve("killed-" + killed), killed, encrypted ? KEY : null);
      List<String> names = List.copyOf(store.files().keySet());
      for (int round = 0; round < FLIPS / (encrypted ? 20 : 5); round++) {
        String name = names.get(random.nextInt(names.size()));
        byte[] bytes = store.bytes(name);
        for (int flips = 1 + random.nextInt(killed ? 1 : 20); flips > 0; flips--) {
          flip(bytes);
        }
        store.write(name, bytes);
        assertThat(store.expected).as("seed %s, %s", seed, name).containsAllEntriesOf(store.read());
      }
    }
  }

  private int flip(byte[] bytes) {
    int bit = random.nextInt(8 * bytes.length);
    bytes[bit >>> 3] ^= (byte) (1 << (bit & 7));
    return bit;
  }
}
