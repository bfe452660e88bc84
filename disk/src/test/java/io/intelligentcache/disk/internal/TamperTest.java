package io.intelligentcache.disk.internal;

import static io.intelligentcache.disk.internal.Fixture.KEY;
import static io.intelligentcache.disk.internal.Fixture.USERS;
import static io.intelligentcache.disk.internal.Fixture.await;
import static io.intelligentcache.disk.internal.Fixture.get;
import static io.intelligentcache.disk.internal.Fixture.item;
import static io.intelligentcache.disk.internal.Fixture.key;
import static io.intelligentcache.disk.internal.Fixture.openEncrypted;
import static io.intelligentcache.disk.internal.Fixture.put;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.disk.internal.format.KeyHash;
import io.intelligentcache.disk.internal.format.Manifest;
import io.intelligentcache.disk.internal.format.RecordHeader;
import io.intelligentcache.disk.internal.format.SegmentCipher;
import io.intelligentcache.disk.internal.format.SegmentHeader;
import io.intelligentcache.disk.internal.format.StoreKeys;
import io.intelligentcache.disk.internal.format.StoredKey;
import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.Lookup;
import io.intelligentcache.tier.Space;
import io.intelligentcache.tier.TierKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * An encrypted store whose files an attacker has changed. The attacker knows the format and can
 * make all checksums match, but does not have the key.
 */
final class TamperTest {
  private static final int VALUE_CRC = 36;

  @TempDir
  Path directory;

  /** The bytes of a segment, the offsets of its records, and their headers. */
  private static final class Opened {
    private final Path file;
    private final byte[] content;
    private final ByteBuffer bytes;
    private final List<Integer> at = new ArrayList<>();

    Opened(Path file) throws IOException {
      this.file = file;
      content = Files.readAllBytes(file);
      bytes = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
      int next = SegmentHeader.BYTES;
      for (RecordHeader head = read(next); head != null; head = read(next)) {
        at.add(next);
        next += head.size();
      }
    }

    private @Nullable RecordHeader read(int from) {
      return RecordHeader.read(bytes, from, bytes.getLong(8));
    }

    RecordHeader head(int from) {
      return requireNonNull(read(from));
    }

    byte[] record(int which) {
      byte[] copy = new byte[head(at.get(which)).size()];
      bytes.get(at.get(which), copy);
      return copy;
    }

    void replace(int which, byte[] record) {
      bytes.put(at.get(which), record);
    }

    /** Makes the checksums of a record match its content and generation. */
    void fix(int which) {
      int from = at.get(which);
      bytes.putInt(from + 8, bytes.getInt(8));
      int keyLength = Short.toUnsignedInt(bytes.getShort(from + 12));
      int valueAt = from + RecordHeader.BYTES + keyLength;
      int crc = RecordHeader.crcOf(content, valueAt, bytes.getInt(from + 24));
      var head = new RecordHeader(
          keyLength, RecordHeader.PUT, false, false, true, false, 0, 0, 0, 0, 0, 0L);
      head.writeChecksums(bytes, from, crc);
      assertThat(read(from)).isNotNull();
      assertThat(bytes.getInt(from + VALUE_CRC)).isEqualTo(crc);
    }

    void write() throws IOException {
      Files.write(file, content);
    }
  }

  private Opened segment(int number) throws IOException {
    return new Opened(directory.resolve("seg-0000" + number));
  }

  private void assertMiss(String... keys) {
    for (int round = 0; round < 2; round++) {
      try (DiskTier tier = openEncrypted(directory)) {
        for (String key : keys) {
          assertThat(get(tier, key)).as(key).isNull();
        }
        assertThat(tier.stats().damaged()).isEqualTo(keys.length);
        assertThat(get(tier, "other")).isEqualTo("other");
      }
    }
  }

  private void twoOfEqualSize() {
    try (DiskTier tier = openEncrypted(directory)) {
      put(tier, "a", "value of a");
      put(tier, "b", "value of b");
      put(tier, "other", "other");
    }
  }

  @Test
  void recordsThatWereSwappedAreMisses() throws IOException {
    twoOfEqualSize();
    Opened segment = segment(0);
    byte[] first = segment.record(0);
    segment.replace(0, segment.record(1));
    segment.replace(1, first);
    segment.write();
    Files.delete(directory.resolve("idx-00000")); // it would know their old places
    assertMiss("a", "b");
  }

  @Test
  void valuesThatWereSwappedAreMisses() throws IOException {
    twoOfEqualSize();
    Opened segment = segment(0);
    int keyEnd = RecordHeader.BYTES + segment.head(segment.at.get(0)).keyLength();
    byte[] first = segment.record(0);
    byte[] second = segment.record(1);
    System.arraycopy(segment.record(1), keyEnd, first, keyEnd, first.length - keyEnd);
    System.arraycopy(segment.record(0), keyEnd, second, keyEnd, first.length - keyEnd);
    segment.replace(0, first);
    segment.replace(1, second);
    segment.fix(0);
    segment.fix(1);
    segment.write();
    assertMiss("a", "b");
  }

  @Test
  void anOlderRecordOfTheSameKeyInThePlaceOfTheNewerIsAMiss() throws IOException {
    try (DiskTier tier = openEncrypted(directory)) {
      put(tier, "a", "old value");
      put(tier, "a", "new value");
      put(tier, "other", "other");
    }
    Opened segment = segment(0);
    segment.replace(1, segment.record(0));
    segment.write();
    assertMiss("a");
  }

  /** At the same offset in another segment, and so in another generation. */
  @Test
  void aRecordOfAnotherLifeIsAMiss() throws IOException {
    try (DiskTier tier = openEncrypted(directory)) {
      put(tier, "a", "old value");
    }
    try (DiskTier tier = openEncrypted(directory)) {
      put(tier, "a", "new value");
      put(tier, "other", "other");
    }
    Opened newer = segment(1);
    newer.replace(0, segment(0).record(0));
    newer.fix(0);
    newer.write();
    assertMiss("a");
  }

  /** Changes the hash, the length before compression, the codec, the expiry. */
  @ParameterizedTest
  @ValueSource(ints = {16, 28, 32, 44})
  void aHeadThatWasChangedIsAMiss(int at) throws IOException {
    try (DiskTier tier = openEncrypted(directory)) {
      byte[] compressed = "as if compressed".getBytes(UTF_8);
      await(tier.put(key("a"), new Item(compressed, 100, true, 7, Long.MAX_VALUE / 2)));
      put(tier, "other", "other");
    }
    Opened segment = segment(0);
    int place = segment.at.get(0) + at;
    segment.bytes.put(place, (byte) (segment.bytes.get(place) ^ 1));
    segment.fix(0);
    segment.write();
    try (DiskTier tier = openEncrypted(directory)) {
      assertThat(await(tier.get(key("a")))).isEqualTo(Lookup.MISS);
      assertThat(get(tier, "other")).isEqualTo("other");
    }
  }

  @Test
  void aRecordThatIsNotEncryptedIsAMiss() throws IOException {
    twoOfEqualSize();
    Opened segment = segment(0);
    StoredKey plain = StoredKey.of(key("a"), hash());
    byte[] value = new byte[10 + 2 * SegmentCipher.TAG_BYTES]; // as long as the one it replaces
    var head =
        RecordHeader.put(plain, new Item(value, value.length, false, 7, Item.NEVER), value, false);
    int from = segment.at.get(0);
    segment.bytes.put(from + RecordHeader.BYTES + plain.bytes().length, value);
    head.write(segment.bytes, from, segment.bytes.getLong(8), plain.bytes());
    segment.write();
    assertThat(segment(0).head(from)).isEqualTo(head);
    assertMiss("a");
  }

  private KeyHash hash() throws IOException {
    Manifest manifest = ((Manifest.Found.Good) Manifest.read(directory)).manifest();
    return new StoreKeys(KEY, manifest.store()).hash();
  }

  /** The cleared space can't be read, so older records are dropped. */
  @Test
  void aClearMarkerThatWasChangedBringsNothingBack() throws IOException {
    TierKey cleared = new TierKey(new Space("cleared", ""), new byte[] {1});
    try (DiskTier tier = openEncrypted(directory)) {
      await(tier.put(cleared, item("old")));
      put(tier, "a", "v");
    }
    try (DiskTier tier = openEncrypted(directory)) {
      await(tier.clear(cleared.space()));
      put(tier, "other", "other");
    }
    Opened segment = segment(1);
    int key = segment.at.get(0) + RecordHeader.BYTES;
    segment.bytes.put(key, (byte) (segment.bytes.get(key) ^ 1));
    segment.fix(0);
    segment.write();
    Files.delete(directory.resolve("idx-00001"));
    for (int round = 0; round < 3; round++) {
      try (DiskTier tier = openEncrypted(directory)) {
        assertThat(await(tier.get(cleared))).isEqualTo(Lookup.MISS);
        assertThat(get(tier, "a")).isNull();
        assertThat(get(tier, "other")).isEqualTo("other");
      }
    }
  }

  /** A sweep can't read the key of such a record, so the key may match. The record is removed. */
  @Test
  void aKeyThatWasChangedGoesWithASweep() throws IOException {
    twoOfEqualSize();
    Opened segment = segment(0);
    int key = segment.at.get(0) + RecordHeader.BYTES;
    segment.bytes.put(key, (byte) (segment.bytes.get(key) ^ 1));
    segment.fix(0);
    segment.write();
    try (DiskTier tier = openEncrypted(directory)) {
      assertThat(get(tier, "a")).as("its value is whole").isEqualTo("value of a");
      await(tier.removeMatching(USERS, name -> new String(name, UTF_8).equals("a")));
      assertThat(get(tier, "a")).isNull();
      assertThat(get(tier, "b")).isEqualTo("value of b");
    }
  }
}
