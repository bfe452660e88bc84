package io.intelligentcache.bench.disk.peers;

import io.intelligentcache.bench.disk.Room;
import io.intelligentcache.bench.disk.StoreUnderTest;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.CompactionOptionsFIFO;
import org.rocksdb.CompactionStyle;
import org.rocksdb.CompressionType;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * RocksDB with memtables of 64 MiB, bloom filters of 10 bits per key, a block cache of 64 MiB, no
 * compression, and a write-ahead log that is not synced. Its size is bounded by FIFO compaction, which
 * drops the oldest tables; the log and the memtables are outside that bound. Puts are for one thread.
 */
public final class WithRocksDb implements StoreUnderTest {
  private static final long MEMTABLE_BYTES = 64L << 20;
  private static final long BLOCK_CACHE_BYTES = 64L << 20;
  private static final double BLOOM_BITS = 10;
  private static final long REST_SECONDS = 60;
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  static {
    RocksDB.loadLibrary();
  }

  private final int batchSize;
  private final BloomFilter bloom = new BloomFilter(BLOOM_BITS);
  private final LRUCache blocks = new LRUCache(BLOCK_CACHE_BYTES);
  private final Options options = new Options();
  private final WriteOptions writeOptions = new WriteOptions();
  private final WriteBatch batch = new WriteBatch();
  private final RocksDB db;

  /** Opens the store. Puts are written one by one, or {@code batchSize} at a time. */
  public WithRocksDb(Path directory, Room room, int batchSize) throws RocksDBException {
    this.batchSize = batchSize;
    options
        .setCreateIfMissing(true)
        .setWriteBufferSize(MEMTABLE_BYTES)
        .setCompressionType(CompressionType.NO_COMPRESSION)
        .setInfoLogLevel(InfoLogLevel.ERROR_LEVEL)
        .setTableFormatConfig(
            new BlockBasedTableConfig().setFilterPolicy(bloom).setBlockCache(blocks));
    if (room.capped()) {
      try (var fifo = new CompactionOptionsFIFO()) {
        options
            .setCompactionStyle(CompactionStyle.FIFO)
            .setCompactionOptionsFIFO(fifo.setMaxTableFilesSize(room.bytes()));
      }
    }
    db = RocksDB.open(options, directory.toString());
  }

  @Override
  public boolean put(int entry, byte[] key, byte[] value) {
    try {
      if (batchSize == 1) {
        db.put(writeOptions, key, value);
      } else {
        batch.put(key, value);
        if (batch.count() >= batchSize) {
          settle();
        }
      }
      return true;
    } catch (RocksDBException failure) {
      throw new IllegalStateException(failure);
    }
  }

  @Override
  public byte @Nullable [] get(int entry, byte[] key) {
    try {
      return db.get(key);
    } catch (RocksDBException failure) {
      throw new IllegalStateException(failure);
    }
  }

  @Override
  public void settle() {
    try {
      if (batch.count() > 0) {
        db.write(writeOptions, batch);
        batch.clear();
      }
    } catch (RocksDBException failure) {
      throw new IllegalStateException(failure);
    }
  }

  @Override
  public void rest() {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(REST_SECONDS);
    while (busy() && System.nanoTime() - end < 0) {
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  private boolean busy() {
    try {
      return db.getLongProperty("rocksdb.num-running-compactions") > 0
          || db.getLongProperty("rocksdb.num-running-flushes") > 0
          || db.getLongProperty("rocksdb.compaction-pending") > 0
          || db.getLongProperty("rocksdb.mem-table-flush-pending") > 0;
    } catch (RocksDBException failure) {
      throw new IllegalStateException(failure);
    }
  }

  @Override
  public void close() {
    db.close();
    batch.close();
    writeOptions.close();
    options.close();
    blocks.close();
    bloom.close();
  }
}
