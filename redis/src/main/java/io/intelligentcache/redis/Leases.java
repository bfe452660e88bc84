package io.intelligentcache.redis;

import io.intelligentcache.tier.Claim;
import io.intelligentcache.tier.Lookup;
import io.intelligentcache.tier.Reason;
import io.intelligentcache.tier.TierKey;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The right to load a key, as a record in its place: who stores what was loaded does so only if that
 * record is still there, and any write, removal, clear or eviction takes it away.
 *
 * <pre>
 *   A: claims k        lease of A
 *   A: loads "old"     B: changes the database, removes k: tombstone
 *   A: stores "old"    refused: no lease of A
 * </pre>
 *
 * <p>44 bytes: format, kind {@code L}, the kind of the record before it or 0, 0; 4 zero bytes; version
 * of the record before it, its check; when the lease ends, on the clock of the server; who holds it. A
 * holder of zeros is nobody. It has no checksum, because a script makes it, and because a reader never
 * takes anything from it.
 */
final class Leases {
  static final int HOLDER_BYTES = 2 * Long.BYTES;
  private static final int BYTES = 44;
  private static final byte[] HELD = {'H'};

  private final Scripts scripts;
  private final Reads reads;
  private final KeyNames names;
  private final long writer;
  private final AtomicLong last = new AtomicLong();

  Leases(Scripts scripts, Reads reads, KeyNames names, long writer) {
    this.scripts = scripts;
    this.reads = reads;
    this.names = names;
    this.writer = writer;
  }

  /** Whether bytes that were found are a lease: no value, but nothing damaged either. */
  static boolean isLease(byte[] found) {
    return found.length == BYTES && found[0] == RecordFormat.FORMAT && found[1] == Kind.LEASE.code;
  }

  static byte[] holder(Claim.Lease lease) {
    return ByteBuffer.allocate(HOLDER_BYTES)
        .putLong(lease.high())
        .putLong(lease.low())
        .array();
  }

  CompletableFuture<Claim> claim(TierKey key, Duration life) {
    Reads.Question question = reads.question(key);
    if (question == null) {
      return CompletableFuture.completedFuture(new Claim.Refused(Reason.BROKEN));
    }
    byte[] name = question.name();
    Claim.Lease lease = new Claim.Lease(writer, last.incrementAndGet());
    byte[][] arguments = {
      holder(lease), Writes.decimal(Math.max(1, life.toMillis())), reads.lastByte()
    };
    CompletableFuture<Reply<byte @Nullable []>> sent = scripts.run(
        Script.CLAIM,
        Effect.NONE,
        name.length + HOLDER_BYTES,
        new byte[][] {name},
        server -> arguments);
    return sent.thenApply(reply -> {
      if (reply instanceof Reply.Ok<byte @Nullable []> ok && ok.value() != null) {
        if (ok.value().length == 0) {
          return lease;
        }
        if (Arrays.equals(ok.value(), HELD)) {
          return new Claim.Held();
        }
      }
      return present(reads.judge(question, reply));
    });
  }

  private static Claim present(Lookup lookup) {
    if (lookup instanceof Lookup.Hit hit) {
      return new Claim.Present(hit.item());
    }
    return new Claim.Refused(lookup instanceof Lookup.Refused no ? no.why() : Reason.BROKEN);
  }

  void release(TierKey key, Claim.Lease lease) {
    byte[] name = names.name(key);
    byte[][] arguments = {holder(lease)};
    var unused = scripts.run(
        Script.RELEASE,
        Effect.NONE,
        name.length + HOLDER_BYTES,
        new byte[][] {name},
        server -> arguments);
  }
}
