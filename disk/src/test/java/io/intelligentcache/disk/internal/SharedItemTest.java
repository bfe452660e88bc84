package io.intelligentcache.disk.internal;

import static io.intelligentcache.disk.internal.Fixture.await;
import static io.intelligentcache.disk.internal.Fixture.item;
import static io.intelligentcache.disk.internal.Fixture.key;
import static io.intelligentcache.disk.internal.Fixture.open;
import static io.intelligentcache.disk.internal.Fixture.openEncrypted;
import static io.intelligentcache.disk.internal.Fixture.value;
import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.Lookup;
import io.intelligentcache.tier.Version;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Items with a version, as they come from a tier that instances share. */
final class SharedItemTest {
  @TempDir
  Path directory;

  private DiskTier opened(boolean encrypted) {
    return encrypted ? openEncrypted(directory) : open(directory);
  }

  private static Item read(DiskTier tier, String name) {
    assertThat(await(tier.get(key(name)))).isInstanceOf(Lookup.Hit.class);
    return ((Lookup.Hit) await(tier.get(key(name)))).item();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void versionAndStampStayWithTheValue(boolean encrypted) {
    try (DiskTier tier = opened(encrypted)) {
      for (int i = 1; i <= 200; i++) {
        await(tier.put(key("k" + i), item(value("v" + i, 10 * i)).with(new Version(i, i + 1), -i)));
      }
      await(tier.put(key("empty"), item("").with(new Version(7, 8), 9)));
      await(tier.put(key("own"), item("v")));
    }
    try (DiskTier tier = opened(encrypted)) {
      for (int i = 1; i <= 200; i++) {
        Item found = read(tier, "k" + i);
        assertThat(found).isEqualTo(item(value("v" + i, 10 * i)));
        assertThat(found.version()).isEqualTo(new Version(i, i + 1));
        assertThat(found.stamp()).isEqualTo(-i);
      }
      assertThat(read(tier, "empty").version()).isEqualTo(new Version(7, 8));
      assertThat(read(tier, "own").version()).isEqualTo(Version.NONE);
    }
  }
}
