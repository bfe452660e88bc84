package io.intelligentcache.disk.internal.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.disk.internal.Fixture;
import io.intelligentcache.disk.internal.file.StoreClock;
import io.intelligentcache.disk.internal.format.Address;
import io.intelligentcache.disk.internal.format.KeyHash;
import io.intelligentcache.disk.internal.format.Manifest;
import io.intelligentcache.disk.internal.format.RecordHeader;
import io.intelligentcache.disk.internal.format.SegmentGeometry;
import io.intelligentcache.disk.internal.format.StoredKey;
import io.intelligentcache.tier.FakeScheduler;
import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.TimeSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ActiveSegmentTest {
  @TempDir
  Path directory;

  /** How many write buffers hold records. Segments are not freed here, so no address has changed. */
  private static long chunks(ActiveSegment active, SegmentRing ring, List<Long> addresses) {
    return addresses.stream()
        .map(address ->
            active.chunkAt(ring.segment(Address.segment(address)), Address.offset(address)))
        .filter(Objects::nonNull)
        .distinct()
        .count();
  }

  @Test
  void keepsNoChunkThatIsWrittenWheneverItWasWritten() {
    var ring = new SegmentRing(directory, List.of(), new SegmentGeometry(16 << 20, 8), 0);
    var manifest = new Manifest(
        new UUID(1, 1), new UUID(1, 2), 1, 1, 0, 16 << 20, false, StoreClock.Mark.NONE, null);
    var clock = new StoreClock(TimeSource.SYSTEM, StoreClock.Mark.NONE, 0);
    var active = new ActiveSegment(manifest, ring, clock, null, new FakeScheduler()::nanos);
    byte[] payload = new byte[400_000];
    List<Long> addresses = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      StoredKey key = StoredKey.of(Fixture.key("k" + i), KeyHash.seeded(1));
      Item item = new Item(payload, payload.length, false, 1, Item.NEVER);
      addresses.add(
          active.append(RecordHeader.put(key, item, payload, false), key.bytes(), payload));
      assertThat(chunks(active, ring, addresses)).isLessThanOrEqualTo(3);
      active.slices().forEach(active::written);
      assertThat(chunks(active, ring, addresses)).isEqualTo(1);
      assertThat(active.unflushed()).isZero();
    }
  }
}
