package io.intelligentcache.disk.internal;

import static io.intelligentcache.disk.internal.Fixture.SMALL;
import static io.intelligentcache.disk.internal.Fixture.USERS;
import static io.intelligentcache.disk.internal.Fixture.await;
import static io.intelligentcache.disk.internal.Fixture.item;
import static io.intelligentcache.disk.internal.Fixture.key;
import static io.intelligentcache.disk.internal.Fixture.open;
import static io.intelligentcache.disk.internal.Fixture.openEncrypted;
import static io.intelligentcache.disk.internal.Fixture.put;
import static io.intelligentcache.disk.internal.Fixture.remove;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.intelligentcache.disk.ForcePolicy;
import io.intelligentcache.disk.internal.admission.WriteBudget;
import io.intelligentcache.disk.internal.file.DirectoryLock;
import io.intelligentcache.disk.internal.file.SegmentOutput;
import io.intelligentcache.disk.internal.format.KeyHash;
import io.intelligentcache.disk.internal.format.Manifest;
import io.intelligentcache.disk.internal.format.RecordHeader;
import io.intelligentcache.disk.internal.format.SegmentHeader;
import io.intelligentcache.disk.internal.format.StoreKeys;
import io.intelligentcache.disk.internal.format.StoredKey;
import io.intelligentcache.tier.FakeTime;
import io.intelligentcache.tier.Lookup;
import io.intelligentcache.tier.Space;
import io.intelligentcache.tier.TierKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/**
 * A store of some twenty records in two segments, with overwrites, removals and a clear. Its files
 * are kept in memory. So a test can damage the store, read what is left, and restore it, many
 * times.
 */
final class SmallStore {
  private static final Space CLEARED = new Space("cleared", "tenant");
  private static final int KEYS = 10;

  private final Path directory;
  private final @Nullable SecretKey key;
  private final Map<String, byte[]> files = new TreeMap<>();

  /** The entries that must be found while nothing is damaged. No key ever has any other value. */
  final Map<String, String> expected = new TreeMap<>();

  /** Makes a closed store, or one that was killed after everything was written. */
  SmallStore(Path parent, boolean killed) throws IOException {
    this(parent, killed, null);
  }

  SmallStore(Path parent, boolean killed, @Nullable SecretKey key) throws IOException {
    this.key = key;
    directory = parent.resolve("damaged");
    Path made = parent.resolve("made");
    try (DiskTier tier = openMade(made)) {
      for (int i = 0; i < KEYS; i++) {
        put(tier, "k" + i, "old" + i);
        await(tier.put(hidden(i), item("old")));
      }
      remove(tier, "k0");
      write(tier, 1, "first");
    }
    try (DiskTier tier = openMade(made)) {
      await(tier.clear(CLEARED));
      remove(tier, "k2");
      write(tier, 3, "second");
      write(tier, 4, "second");
      put(tier, "last", "x"); // the last record may be lost; this key has no older value
      tier.removeMatching(USERS, name -> false).join(); // acknowledged when all is in the file
      expected.put("last", "x");
      for (int i = 5; i < KEYS; i++) {
        expected.put("k" + i, "old" + i);
      }
      if (killed) {
        keep(made);
      }
    }
    if (!killed) {
      keep(made);
    }
    Files.createDirectories(directory);
  }

  private DiskTier openMade(Path made) {
    return key == null ? open(made) : openEncrypted(made);
  }

  private void write(DiskTier tier, int i, String value) {
    put(tier, "k" + i, value);
    expected.put("k" + i, value);
  }

  private static TierKey hidden(int i) {
    return new TierKey(CLEARED, new byte[] {(byte) i});
  }

  private void keep(Path from) throws IOException {
    try (Stream<Path> all = Files.list(from)) {
      for (Path file : all.toList()) {
        if (!file.endsWith("LOCK")) {
          files.put(file.getFileName().toString(), Files.readAllBytes(file));
        }
      }
    }
  }

  /** Its files and their bytes. They must not be changed. */
  Map<String, byte[]> files() {
    return files;
  }

  /** A copy of a file's bytes. */
  byte[] bytes(String name) {
    return requireNonNull(files.get(name), name).clone();
  }

  /** Restores the store, with other bytes in one file. */
  void write(String changed, byte[] bytes) throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      for (Path file : all.toList()) {
        Files.delete(file);
      }
    }
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      String name = file.getKey();
      Files.write(directory.resolve(name), name.equals(changed) ? bytes : file.getValue());
    }
  }

  Path directory() {
    return directory;
  }

  /** The values that a reader finds for every key that was ever written. The store is only read. */
  Map<String, String> read() throws IOException {
    DirectoryLock lock = DirectoryLock.take(directory.toRealPath());
    var settings = new DiskSettings(SMALL, WriteBudget.UNLIMITED, ForcePolicy.NEVER, null, key);
    DiskStore store =
        DiskStore.open(lock, settings, Fixture.environment(new FakeTime(), SegmentOutput::toFile));
    try {
      Map<String, String> found = new TreeMap<>();
      for (int i = 0; i < KEYS; i++) {
        read(store, key("k" + i), "k" + i, found);
        read(store, hidden(i), "hidden" + i, found);
      }
      read(store, key("last"), "last", found);
      return found;
    } finally {
      store.sweep().stop();
      store.release();
    }
  }

  private static void read(DiskStore store, TierKey key, String name, Map<String, String> into) {
    if (store.reader().get(key.space(), StoredKey.of(key, store.hash()))
        instanceof Lookup.Hit hit) {
      into.put(name, new String(hit.item().payload(), UTF_8));
    }
  }

  /** How many of the expected entries are missing. */
  int lost(Map<String, String> found) {
    return expected.size() - found.size();
  }

  /** The end offset of the record of the newest value of each expected key in a file. */
  Map<String, Integer> ends(String segment) throws IOException {
    Map<String, Integer> ends = new TreeMap<>();
    KeyHash hash = hash();
    for (String name : expected.keySet()) {
      long wanted = StoredKey.of(key(name), hash).hash();
      for (String file : files.keySet()) { // the order of their names is the order of the log
        int end = file.startsWith("seg-") ? endOfLast(wanted, bytes(file)) : 0;
        if (end > 0) {
          ends.remove(name);
        }
        if (end > 0 && file.equals(segment)) {
          ends.put(name, end);
        }
      }
    }
    return ends;
  }

  private KeyHash hash() throws IOException {
    write("", new byte[0]);
    Manifest manifest = ((Manifest.Found.Good) Manifest.read(directory)).manifest();
    return key == null
        ? KeyHash.seeded(manifest.seed())
        : new StoreKeys(key, manifest.store()).hash();
  }

  /** The end offset of the last put with a hash in a segment; 0 if there is none. */
  private static int endOfLast(long hash, byte[] segment) {
    ByteBuffer bytes = ByteBuffer.wrap(segment).order(ByteOrder.LITTLE_ENDIAN);
    int found = 0;
    RecordHeader head = RecordHeader.read(bytes, SegmentHeader.BYTES, bytes.getLong(8));
    for (int at = SegmentHeader.BYTES; head != null && head.kind() != RecordHeader.SEAL; ) {
      if (head.kind() == RecordHeader.PUT && head.hash() == hash) {
        found = at + RecordHeader.BYTES + head.keyLength() + head.valueLength();
      }
      at += head.size();
      head = RecordHeader.read(bytes, at, bytes.getLong(8));
    }
    return found;
  }
}
