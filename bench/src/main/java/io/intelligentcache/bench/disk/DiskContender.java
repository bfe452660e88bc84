package io.intelligentcache.bench.disk;

import com.fasterxml.jackson.annotation.JsonValue;
import io.intelligentcache.bench.disk.peers.OursOnDisk;
import io.intelligentcache.bench.disk.peers.RawFile;
import io.intelligentcache.bench.disk.peers.RemovingStore;
import io.intelligentcache.bench.disk.peers.UserFifo;
import io.intelligentcache.bench.disk.peers.WithEhcacheDisk;
import io.intelligentcache.bench.disk.peers.WithLmdb;
import io.intelligentcache.bench.disk.peers.WithMvStore;
import io.intelligentcache.bench.disk.peers.WithRocksDb;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.rocksdb.RocksDBException;

/** The contenders in the measurements of the disk tier. */
public enum DiskContender {
  RAW(2_000_000, 500_000),
  OURS(1_000_000, 400_000),
  ROCKSDB(200_000, 40_000),
  ROCKSDB256(400_000, 40_000),
  LMDB(100_000, 60_000),
  MVSTORE(45_000, 8_000),
  EHCACHE(90_000, 45_000);

  private static final int BATCH = 256;

  private final int smallPutsPerSecond;
  private final int mixPutsPerSecond;

  /** Approximate speeds, from which the time of a run is estimated. */
  DiskContender(int smallPutsPerSecond, int mixPutsPerSecond) {
    this.smallPutsPerSecond = smallPutsPerSecond;
    this.mixPutsPerSecond = mixPutsPerSecond;
  }

  int putsPerSecond(boolean mixed) {
    return mixed ? mixPutsPerSecond : smallPutsPerSecond;
  }

  /** Whether another process finds the entries. */
  boolean isStore() {
    return this != RAW;
  }

  /** Whether it differs from another contender only in how it is filled. */
  boolean isFilledOnly() {
    return this == ROCKSDB256;
  }

  /** Whether a put reaches the operating system only when the store is closed. */
  boolean writesWhenClosed() {
    return this == EHCACHE;
  }

  /**
   * Whether it writes through a memory map or rewrites pages in place. Then not every byte that
   * it writes reaches the device.
   */
  boolean isMapped() {
    return this == LMDB;
  }

  /** Options that its process needs in addition to the common ones. */
  List<String> javaOptions() {
    return this == LMDB
        ? List.of(
            "--add-opens=java.base/java.nio=ALL-UNNAMED",
            "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED")
        : List.of();
  }

  /** Opens the store in a directory, which is created if absent. */
  StoreUnderTest open(Path directory, DiskEntries entries, Room room) throws IOException {
    Files.createDirectories(directory);
    return switch (this) {
      case RAW -> new RawFile(directory, entries.count());
      case OURS -> new OursOnDisk(directory, room.maximumBytes());
      case ROCKSDB -> rocksDb(directory, room, 1);
      case ROCKSDB256 -> rocksDb(directory, room, BATCH);
      case LMDB -> bounded(new WithLmdb(directory), entries, room);
      case MVSTORE -> bounded(new WithMvStore(directory), entries, room);
      case EHCACHE -> new WithEhcacheDisk(directory, room.maximumBytes());
    };
  }

  private static StoreUnderTest rocksDb(Path directory, Room room, int batchSize)
      throws IOException {
    try {
      return new WithRocksDb(directory, room, batchSize);
    } catch (RocksDBException failure) {
      throw new IOException(failure);
    }
  }

  private static StoreUnderTest bounded(RemovingStore store, DiskEntries entries, Room room) {
    return room.capped() ? new UserFifo(store, entries, room.bytes()) : store;
  }

  /** The name on the command line and in the output. */
  @JsonValue
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
