package io.intelligentcache.disk.internal.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.disk.internal.Fixture;
import io.intelligentcache.disk.internal.file.StoreClock;
import io.intelligentcache.disk.internal.format.KeyHash;
import io.intelligentcache.disk.internal.format.Manifest;
import io.intelligentcache.disk.internal.format.RecordHeader;
import io.intelligentcache.disk.internal.format.SegmentGeometry;
import io.intelligentcache.disk.internal.format.StoredKey;
import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.TimeSource;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ActiveSegmentTest {
  @TempDir
  Path directory;

  @Test
  void keepsNoChunkThatIsWrittenWheneverItWasWritten() {
    SegmentGeometry geometry = new SegmentGeometry(16 << 20, 8);
    var manifest = new Manifest(
        new UUID(1, 1), new UUID(1, 2), 1, 1, 0, 16 << 20, false, StoreClock.Mark.NONE, null);
    var clock = new StoreClock(TimeSource.SYSTEM, StoreClock.Mark.NONE, 0);
    var active = new ActiveSegment(
        geometry, manifest, new SegmentRing(directory, List.of(), geometry, 0), clock, null);
    byte[] payload = new byte[400_000];
    for (int i = 0; i < 200; i++) {
      StoredKey key = StoredKey.of(Fixture.key("k" + i), KeyHash.seeded(1));
      Item item = new Item(payload, payload.length, false, 1, Item.NEVER);
      active.append(RecordHeader.put(key, item, payload, false), key.bytes(), payload);
      assertThat(active.chunks()).isLessThanOrEqualTo(3);
      active.slices().forEach(active::written);
      assertThat(active.chunks()).isEqualTo(1);
      assertThat(active.unflushed()).isZero();
    }
  }
}
