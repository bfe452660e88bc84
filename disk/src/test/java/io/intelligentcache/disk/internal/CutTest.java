package io.intelligentcache.disk.internal;

import static io.intelligentcache.disk.internal.Fixture.KEY;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Cuts every file of a small store at every byte, or fills it with zeros from every byte on.
 * Encrypted stores are cut at some bytes only.
 */
@Timeout(7_200)
final class CutTest {
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
      for (int cut = 0; cut <= file.getValue().length; cut += encrypted ? 5 : 1) {
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
      for (int cut = 0; cut <= bytes.length; cut += encrypted ? 9 : 3) {
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
