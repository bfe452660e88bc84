package io.intelligentcache.bench.disk.peers;

import static org.lmdbjava.DbiFlags.MDB_CREATE;
import static org.lmdbjava.EnvFlags.MDB_NOSYNC;
import static org.lmdbjava.EnvFlags.MDB_NOTLS;

import io.intelligentcache.bench.disk.DiskEntries;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.lmdbjava.Dbi;
import org.lmdbjava.Env;
import org.lmdbjava.Txn;

/**
 * LMDB through lmdbjava. Each put is a transaction, which is not synced. Each thread has one read
 * transaction and renews it for each get. The file never shrinks. Puts are for one thread.
 */
public final class WithLmdb implements RemovingStore {
  private static final String NAME = "bench";
  private static final long MAP_BYTES = 64L << 30;
  private static final int MOST_READERS = 64;

  private final Env<ByteBuffer> env;
  private final Dbi<ByteBuffer> dbi;
  private final Queue<Txn<ByteBuffer>> reading = new ConcurrentLinkedQueue<>();
  private final ThreadLocal<Reader> readers = ThreadLocal.withInitial(this::reader);
  private final ByteBuffer putKey = ByteBuffer.allocateDirect(DiskEntries.LONGEST_KEY);
  private final ByteBuffer putValue = ByteBuffer.allocateDirect(DiskEntries.LARGEST_VALUE);

  /** The read transaction and key buffer of a thread. */
  private record Reader(Txn<ByteBuffer> txn, ByteBuffer key) {}

  public WithLmdb(Path directory) {
    env = Env.create()
        .setMapSize(MAP_BYTES)
        .setMaxDbs(1)
        .setMaxReaders(MOST_READERS)
        .open(directory.toFile(), MDB_NOSYNC, MDB_NOTLS);
    dbi = env.openDbi(NAME, MDB_CREATE);
  }

  private Reader reader() {
    Txn<ByteBuffer> txn = env.txnRead();
    txn.reset();
    reading.add(txn);
    return new Reader(txn, ByteBuffer.allocateDirect(DiskEntries.LONGEST_KEY));
  }

  @Override
  public boolean put(int entry, byte[] key, byte[] value) {
    dbi.put(putKey.clear().put(key).flip(), putValue.clear().put(value).flip());
    return true;
  }

  @Override
  public byte @Nullable [] get(int entry, byte[] key) {
    Reader reader = readers.get();
    reader.txn().renew();
    try {
      ByteBuffer found = dbi.get(reader.txn(), reader.key().clear().put(key).flip());
      if (found == null) {
        return null;
      }
      var value = new byte[found.remaining()];
      found.get(value);
      return value;
    } finally {
      reader.txn().reset();
    }
  }

  @Override
  public void remove(byte[] key) {
    dbi.delete(putKey.clear().put(key).flip());
  }

  @Override
  public void close() {
    reading.forEach(Txn::close);
    env.close();
  }
}
