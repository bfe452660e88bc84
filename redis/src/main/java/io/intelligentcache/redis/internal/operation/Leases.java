package io.intelligentcache.redis.internal.operation;

import io.intelligentcache.redis.internal.clock.Clocks;
import io.intelligentcache.redis.internal.clock.RedisClock;
import io.intelligentcache.redis.internal.clock.Versions;
import io.intelligentcache.redis.internal.command.Reply;
import io.intelligentcache.redis.internal.command.WriteHooks;
import io.intelligentcache.redis.internal.key.KeyNames;
import io.intelligentcache.redis.internal.record.RecordFormat;
import io.intelligentcache.redis.internal.record.RecordKind;
import io.intelligentcache.redis.internal.script.Arguments;
import io.intelligentcache.redis.internal.script.Script;
import io.intelligentcache.redis.internal.settings.Retention;
import io.intelligentcache.tier.Beginning;
import io.intelligentcache.tier.Claim;
import io.intelligentcache.tier.Lookup;
import io.intelligentcache.tier.Reason;
import io.intelligentcache.tier.TierKey;
import io.intelligentcache.tier.Version;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Leases. A lease is the right of one instance to load a key. It is stored in Redis as a record under the name of the
 * key. The loaded value is stored only if that record is still there. Any write, removal, clear or eviction replaces or
 * deletes the record, so it also ends the lease.
 *
 * <pre>
 *   A: claims k        lease of A
 *   A: loads "old"     B: changes the database, removes k: tombstone
 *   A: stores "old"    refused: no lease of A
 * </pre>
 *
 * <p>The loaded value gets the version of its claim, not a version of the moment at which it is stored. A change that
 * was called while the loader ran has a greater version, even if it arrives late:
 *
 * <pre>
 *   A: claims k, version 10; loads "old"
 *   B: changes the database, puts "new", version 20     slow
 *   A: stores "old", version 10
 *   B: the put arrives                                  20 is greater: stored
 * </pre>
 *
 * <p>The record has 56 bytes:
 *
 * <pre>
 *   offset  size  field
 *        0     1  format      as in RecordFormat
 *        1     1  kind        'L'
 *        2     1  replaced    kind of the record that the lease replaced, or 0
 *        3     1  0
 *        4     4  life        how long the lease lasts, in milliseconds
 *        8     8  version     time of the version of the replaced record
 *       16     4  check       of that version
 *       20     4  0
 *       24     8  writer      of that version
 *       32     8  ends        when the lease ends, in milliseconds on the clock of the server
 *       40    16  holder      zeros if no instance holds it any more
 * </pre>
 *
 * <p>The version, its check and its writer have the same offsets as in a value. The record has no checksum, because a
 * script writes it, and because no reader uses its content.
 */
public final class Leases {
  static final int HOLDER_BYTES = 2 * Long.BYTES;
  private static final int BYTES = 56;
  private static final byte[] HELD = {'H'};
  private static final byte[] UNCHANGED = {'U'};
  private static final int TAKEN_BYTES = 1 + 2 * Long.BYTES;

  private final Scripts scripts;
  private final Reads reads;
  private final KeyNames names;
  private final Versions versions;
  private final RedisClock clock;
  private final byte[] tombstoneMillis;

  public Leases(Scripts scripts, Reads reads, KeyNames names, Clocks clocks, Retention retention) {
    this.scripts = scripts;
    this.reads = reads;
    this.names = names;
    this.versions = clocks.versions();
    this.clock = clocks.redis();
    this.tombstoneMillis = Arguments.millis(retention.tombstones());
  }

  /** Whether these bytes are a lease. A lease is no value, but it is not damaged either. */
  public static boolean isLease(byte[] found) {
    return found.length == BYTES
        && found[0] == RecordFormat.FORMAT
        && found[1] == RecordKind.LEASE.code;
  }

  /**
   * The holder field of a lease: the instance that claimed it, and the number of the claim. That instance is also the
   * writer of the loaded value's version.
   */
  static byte[] holder(Claim.Lease lease) {
    return holder(lease.begun().version().writer(), lease.id());
  }

  private static byte[] holder(long writer, long id) {
    return ByteBuffer.allocate(HOLDER_BYTES).putLong(writer).putLong(id).array();
  }

  public CompletableFuture<Claim> claim(
      TierKey key, Duration life, Version known, Version unreadable) {
    return claim(key, life, known, unreadable, true);
  }

  /**
   * Claims a key.
   *
   * @param again whether to claim once more if a damaged value was found, which is removed meanwhile
   */
  private CompletableFuture<Claim> claim(
      TierKey key, Duration life, Version known, Version unreadable, boolean again) {
    Reads.Question question = reads.question(key);
    if (question == null) {
      return CompletableFuture.completedFuture(new Claim.Refused(Reason.BROKEN));
    }
    byte[] name = question.name();
    long claimed = versions.next();
    long micros = clock.micros();
    byte[][] arguments = {
      holder(versions.writer(), claimed),
      Arguments.decimal(Math.max(1, life.toMillis())),
      reads.lastByte(),
      Generations.bytes(unreadable),
      tombstoneMillis,
      Generations.bytes(known)
    };
    CompletableFuture<Reply<byte @Nullable []>> sent = scripts.runInTurn(
        Script.CLAIM,
        WriteHooks.NONE,
        name.length + 3 * HOLDER_BYTES + reads.expectedBytes(),
        new byte[][] {name},
        server -> arguments);
    return sent.thenCompose(reply -> {
      if (reply instanceof Reply.Ok<byte @Nullable []> ok && ok.value() != null) {
        byte[] answer = ok.value();
        if (answer.length == TAKEN_BYTES && answer[0] == 'L') {
          reads.countMiss();
          return answer(taken(claimed, micros, ByteBuffer.wrap(answer).getLong(1)));
        }
        if (Arrays.equals(answer, HELD)) {
          reads.countMiss();
          return answer(new Claim.Held());
        }
        if (Arrays.equals(answer, UNCHANGED)) {
          return answer(present(reads.unchanged(question, known)));
        }
        if (again && reads.isDamaged(question, answer)) {
          Lookup unused = reads.judge(question, reply); // removes it, unless it was overwritten
          return claim(key, life, known, unreadable, false);
        }
      }
      return answer(present(reads.judge(question, reply)));
    });
  }

  private static CompletableFuture<Claim> answer(Claim claim) {
    return CompletableFuture.completedFuture(claim);
  }

  /**
   * A granted lease. Its version is that of the claim. If the claim found a greater one, for example that of a
   * tombstone that was dated ahead, a later version is drawn.
   */
  private Claim taken(long claimed, long micros, long found) {
    versions.seen(found);
    boolean before = found < claimed || !versions.isPossible(found);
    Version version = versions.of(before ? claimed : versions.next());
    return new Claim.Lease(claimed, new Beginning(version, micros));
  }

  private static Claim present(Lookup lookup) {
    if (lookup instanceof Lookup.Hit hit) {
      return new Claim.Present(hit.item());
    }
    if (lookup instanceof Lookup.Unchanged) {
      return Claim.UNCHANGED;
    }
    return new Claim.Refused(lookup instanceof Lookup.Refused no ? no.why() : Reason.BROKEN);
  }

  public void release(TierKey key, Claim.Lease lease) {
    byte[] name = names.name(key);
    byte[][] arguments = {holder(lease)};
    var unused = scripts.runInTurn(
        Script.RELEASE,
        WriteHooks.NONE,
        name.length + HOLDER_BYTES,
        new byte[][] {name},
        server -> arguments);
  }
}
