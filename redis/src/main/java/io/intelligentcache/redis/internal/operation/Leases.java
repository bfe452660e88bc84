package io.intelligentcache.redis.internal.operation;

import io.intelligentcache.redis.internal.clock.RedisClock;
import io.intelligentcache.redis.internal.clock.Versions;
import io.intelligentcache.redis.internal.command.Reply;
import io.intelligentcache.redis.internal.command.WriteHooks;
import io.intelligentcache.redis.internal.key.KeyNames;
import io.intelligentcache.redis.internal.record.RecordFormat;
import io.intelligentcache.redis.internal.record.RecordKind;
import io.intelligentcache.redis.internal.script.Arguments;
import io.intelligentcache.redis.internal.script.Script;
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
 * The right to load a key, as a record in its place: what was loaded is stored only if that record is still there, and
 * any write, removal, clear or eviction replaces it.
 *
 * <pre>
 *   A: claims k        lease of A
 *   A: loads "old"     B: changes the database, removes k: tombstone
 *   A: stores "old"    refused: no lease of A
 * </pre>
 *
 * <p>What was loaded has the version of its claim, not one of the moment at which it is stored. Any change that was
 * called while the loader ran is newer, however slowly it arrives:
 *
 * <pre>
 *   A: claims k, version 10; loads "old"
 *   B: changes the database, puts "new", version 20     slow
 *   A: stores "old", version 10
 *   B: the put arrives                                  20 is greater: stored
 * </pre>
 *
 * <p>56 bytes: format, kind {@code L}, the kind of the record before it or 0, 0; how long the lease lasts, in
 * milliseconds (4 bytes); time of the version of the record before it (8), its check (4), 4 zero bytes, writer of that
 * version (8): at the places where a value has them; when the lease ends, on the clock of the server (8); the holder
 * (16), zeros if there is none any more. It has no checksum, because a script makes it, and because a reader
 * takes nothing from it.
 */
public final class Leases {
  static final int HOLDER_BYTES = 2 * Long.BYTES;
  private static final int BYTES = 56;
  private static final byte[] HELD = {'H'};
  private static final int TAKEN_BYTES = 1 + 2 * Long.BYTES;

  private final Scripts scripts;
  private final Reads reads;
  private final KeyNames names;
  private final Versions versions;
  private final RedisClock clock;

  public Leases(Scripts scripts, Reads reads, KeyNames names, Versions versions, RedisClock clock) {
    this.scripts = scripts;
    this.reads = reads;
    this.names = names;
    this.versions = versions;
    this.clock = clock;
  }

  /** Whether bytes that were found are a lease: no value, but nothing damaged either. */
  public static boolean isLease(byte[] found) {
    return found.length == BYTES
        && found[0] == RecordFormat.FORMAT
        && found[1] == RecordKind.LEASE.code;
  }

  /** What a lease has as its holder. The writer of what is loaded under it is who claimed it. */
  static byte[] holder(Claim.Lease lease) {
    return holder(lease.begun().version().writer(), lease.id());
  }

  private static byte[] holder(long writer, long id) {
    return ByteBuffer.allocate(HOLDER_BYTES).putLong(writer).putLong(id).array();
  }

  public CompletableFuture<Claim> claim(TierKey key, Duration life, Version unreadable) {
    return claim(key, life, unreadable, true);
  }

  /**
   * Claims a key.
   *
   * @param again whether to claim once more if a damaged value is in the way: it is about to be removed
   */
  private CompletableFuture<Claim> claim(
      TierKey key, Duration life, Version unreadable, boolean again) {
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
      Generations.bytes(unreadable)
    };
    CompletableFuture<Reply<byte @Nullable []>> sent = scripts.runInTurn(
        Script.CLAIM,
        WriteHooks.NONE,
        name.length + 2 * HOLDER_BYTES,
        new byte[][] {name},
        server -> arguments);
    return sent.thenCompose(reply -> {
      if (reply instanceof Reply.Ok<byte @Nullable []> ok && ok.value() != null) {
        byte[] answer = ok.value();
        if (answer.length == TAKEN_BYTES && answer[0] == 'L') {
          return answer(taken(claimed, micros, ByteBuffer.wrap(answer).getLong(1)));
        }
        if (Arrays.equals(answer, HELD)) {
          return answer(new Claim.Held());
        }
        if (again && reads.isDamaged(question, answer)) {
          Lookup unused =
              reads.judge(question, reply); // which has it removed, if nobody has written since
          return claim(key, life, unreadable, false);
        }
      }
      return answer(present(reads.judge(question, reply)));
    });
  }

  private static CompletableFuture<Claim> answer(Claim claim) {
    return CompletableFuture.completedFuture(claim);
  }

  /** Dated by its claim, but after what the claim found: a tombstone from before it may be dated ahead. */
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
