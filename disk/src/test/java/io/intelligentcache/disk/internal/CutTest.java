package io.intelligentcache.disk.internal;

import static io.intelligentcache.disk.internal.Fixture.KEY;
import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.Effort;
import io.intelligentcache.Seed;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Cuts every file of a small store at each byte, or at every n-th, or fills it with zeros from there on. */
@ExtendWith(Effort.class)
@Timeout(7_200)
final class CutTest {
  private static final int STRIDE = Effort.of(31, 1, "bytes from one cut to the next");

  @RegisterExtension
  private final Seed seed = new Seed();

  private final Random random = seed.random();

  @TempDir(factory = InMemory.class)
  Path directory;

  /**
   * Records after the cut are lost. Records before it are not, because the hint file knows where
   * they are.
   */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aClosedStoreLosesWhatIsBehindTheCutOnly(boolean encrypted) throws IOException {
    var store = new SmallStore(directory, false, encrypted ? KEY : null);
    assertThat(store.files()).hasSize(5);
    for (Map.Entry<String, byte[]> file : store.files().entrySet()) {
      String name = file.getKey();
      for (int cut = random.nextInt(STRIDE); cut <= file.getValue().length; cut += STRIDE) {
        assertLossIsBounded(store, name, cut, Arrays.copyOf(file.getValue(), cut));
        assertLossIsBounded(store, name, cut, zeroFrom(cut, file.getValue()));
      }
    }
  }

  private void assertLossIsBounded(SmallStore store, String name, int cut, byte[] bytes)
      throws IOException {
    Map<String, String> found = after(store, name, cut, bytes);
    if (name.startsWith("seg-")) {
      Map<String, String> before = new HashMap<>(store.expected);
      store.ends(name).forEach((key, end) -> {
        if ((end + 7 & ~7) > cut) { // its padding belongs to a record
          before.remove(key);
        }
      });
      assertThat(found).as("%s cut at %s", name, cut).containsAllEntriesOf(before);
    } else if (name.startsWith("idx-")) {
      assertThat(found).as("%s cut at %s", name, cut).isEqualTo(store.expected);
    } else {
      assertThat(found.size()).as("%s cut at %s", name, cut).isIn(0, store.expected.size());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aKilledStoreNeverReturnsAnythingOld(boolean encrypted) throws IOException {
    var store = new SmallStore(directory, true, encrypted ? KEY : null);
    for (String name : List.of("seg-00000", "idx-00000")) {
      byte[] bytes = store.bytes(name);
      for (int cut = random.nextInt(STRIDE); cut <= bytes.length; cut += STRIDE) {
        after(store, name, cut, Arrays.copyOf(bytes, cut));
        after(store, name, cut, zeroFrom(cut, bytes));
      }
    }
  }

  private Map<String, String> after(SmallStore store, String name, int cut, byte[] bytes)
      throws IOException {
    store.write(name, bytes);
    Map<String, String> found = store.read();
    assertThat(store.expected).as("%s cut at %s", name, cut).containsAllEntriesOf(found);
    return found;
  }

  private static byte[] zeroFrom(int start, byte[] bytes) {
    byte[] zeroed = bytes.clone();
    Arrays.fill(zeroed, start, bytes.length, (byte) 0);
    return zeroed;
  }
}
