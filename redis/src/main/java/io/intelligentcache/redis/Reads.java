package io.intelligentcache.redis;

import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.Lookup;
import io.intelligentcache.tier.Reason;
import io.intelligentcache.tier.TierKey;
import io.intelligentcache.tier.TimeSource;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads keys and judges what was found.
 *
 * <p>A read passes the journal twice, and the sweeps once, with what was found. Before, because what
 * is unreadable need not be fetched. After, because of this schedule: put sent, get sent, Redis
 * refuses the put for want of memory, Redis answers the get with what the put was to replace. Replies
 * come in order, so by then the key is in the journal, or was.
 */
final class Reads {
  private static final int MOST_KEYS_PER_READ = 128;
  private static final long BYTES_PER_READ = 4L << 20; // but for the last value, which may be longer

  private static final Long NOT_READ = 2L;

  private final Pipe pipe;
  private final Scripts scripts;
  private final KeyNames names;
  private final RecordFormat format;
  private final Journal journal;
  private final Sweeps sweeps;
  private final Versions versions;
  private final Own own;
  private final RedisClock clock;
  private final TimeSource time;
  private final ReplySizes replySizes;
  private final Counters counters;
  private final ServerErrors errors;
  private final Bulks bulks;
  private final BiConsumer<TierKey, Long> remove;
  private final int lastByte;

  /** Which records this tier wrote, and which of those nobody is to read. */
  record Own(long writer, LostWrites lost) {
    boolean isLost(StoredRecord record) {
      return record.writer() == writer && lost.contains(record.version());
    }
  }

  /** How many commands a bulk sends at once, and the writes of bulks that are to be sent first. */
  record Bulks(Limits limits, BulkWrites unsent) {}

  /**
   * Makes it.
   *
   * @param remove removes a damaged value with this version
   */
  Reads(
      Pipe pipe,
      Scripts scripts,
      KeyNames names,
      RecordFormat format,
      Journal journal,
      Sweeps sweeps,
      Versions versions,
      Own own,
      RedisClock clock,
      TimeSource time,
      ReplySizes replySizes,
      Counters counters,
      ServerErrors errors,
      Bulks bulks,
      BiConsumer<TierKey, Long> remove) {
    this.pipe = pipe;
    this.scripts = scripts;
    this.names = names;
    this.format = format;
    this.journal = journal;
    this.sweeps = sweeps;
    this.versions = versions;
    this.own = own;
    this.clock = clock;
    this.time = time;
    this.replySizes = replySizes;
    this.counters = counters;
    this.errors = errors;
    this.bulks = bulks;
    this.remove = remove;
    this.lastByte = format.longest(); // counted from 0: what is too long is seen to be
  }

  /**
   * What is about to be read.
   *
   * @param mark of the journal, before
   */
  record Question(TierKey key, byte[] name, int mark) {}

  /** What to read; null if the key is not to be read. */
  @Nullable
  Question question(TierKey key) {
    bulks.unsent().sendFirst(key);
    int mark = journal.mark(key);
    return journal.holds(key) ? null : new Question(key, names.name(key), mark);
  }

  CompletableFuture<Lookup> get(TierKey key) {
    Question question = question(key);
    if (question == null) {
      return CompletableFuture.completedFuture(refused(Reason.BROKEN));
    }
    byte[] name = question.name();
    CompletableFuture<Reply<byte @Nullable []>> sent =
        pipe.send(
            name,
            name.length + replySizes.expected(),
            (redis, clock) -> redis.getrange(name, 0, lastByte));
    return sent.thenApply(reply -> judge(question, reply));
  }

  /**
   * Reads a key whose value with this version the caller has. What Redis has under that version is
   * what it had then, so its bytes need not come again.
   */
  CompletableFuture<Lookup> revalidate(TierKey key, long version) {
    if (version == Item.NO_VERSION) {
      return get(key);
    }
    Question question = question(key);
    if (question == null) {
      return CompletableFuture.completedFuture(refused(Reason.BROKEN));
    }
    byte[] name = question.name();
    byte[][] known = {ByteBuffer.allocate(Long.BYTES).putLong(version).array(), lastByte()};
    CompletableFuture<Reply<byte @Nullable []>> sent = scripts.run(
        Script.REVALIDATE,
        Effect.NONE,
        name.length + Long.BYTES,
        new byte[][] {name},
        server -> known);
    return sent.thenApply(reply -> {
      boolean same = reply instanceof Reply.Ok<byte @Nullable []> ok
          && ok.value() != null
          && ok.value().length == 0;
      return same ? unchanged(question, version) : judge(question, reply);
    });
  }

  private Lookup unchanged(Question question, long version) {
    TierKey key = question.key();
    if (journal.heldSince(question.mark(), key) || sweeps.cover(key, version)) {
      return refused(Reason.BROKEN);
    }
    counters.confirmations.increment();
    return Lookup.UNCHANGED;
  }

  /** What to answer for a reply with the bytes under a name, if any. */
  Lookup judge(Question question, Reply<byte @Nullable []> reply) {
    if (reply instanceof Reply.Ok<byte @Nullable []> ok) {
      return judge(question, ok.value());
    }
    if (reply instanceof Reply.Failed<?> error && error.message().startsWith("WRONGTYPE")) {
      return damaged(question); // a list or the like under our name
    }
    return refused(reply);
  }

  /** The last byte to ask for, as programs are given it. A longer value is read so far, and no further. */
  byte[] lastByte() {
    return Writes.decimal(lastByte);
  }

  /**
   * Reads many keys; the answers are in the order of the keys. One server is asked for some hundred at
   * a time; where keys have many owners, for each by a command of its own.
   */
  CompletableFuture<List<Lookup>> getAll(List<TierKey> keys) {
    Window window = Window.within(bulks.limits());
    if (pipe.spreads()) {
      return RedisTier.all(keys.stream()
          .map(key -> window.send(replySizes.expected(), () -> get(key)))
          .toList());
    }
    List<CompletableFuture<List<Lookup>>> parts = new ArrayList<>();
    int together = replySizes.fitting(BYTES_PER_READ, MOST_KEYS_PER_READ);
    for (int from = 0; from < keys.size(); from += together) {
      List<TierKey> some = keys.subList(from, Math.min(from + together, keys.size()));
      parts.add(window.send(some.size() * replySizes.expected(), () -> part(some)));
    }
    return RedisTier.all(parts)
        .thenApply(lists -> lists.stream().flatMap(List::stream).toList());
  }

  private CompletableFuture<List<Lookup>> part(List<TierKey> keys) {
    List<@Nullable Question> questions = new ArrayList<>(keys.size());
    byte[][] part = new byte[keys.size()][];
    long bytes = part.length * replySizes.expected();
    for (int i = 0; i < part.length; i++) {
      Question question = question(keys.get(i));
      questions.add(question);
      part[i] = question == null ? names.name(keys.get(i)) : question.name();
      bytes += part[i].length;
    }
    byte[][] limits = {lastByte(), Writes.decimal(BYTES_PER_READ)};
    CompletableFuture<Reply<List<Object>>> sent =
        scripts.run(Script.READ, Effect.NONE, bytes, part, server -> limits);
    return sent.thenCompose(reply -> {
      List<CompletableFuture<Lookup>> lookups = new ArrayList<>(part.length);
      for (int i = 0; i < part.length; i++) {
        lookups.add(judge(questions.get(i), reply, i));
      }
      return RedisTier.all(lookups);
    });
  }

  private CompletableFuture<Lookup> judge(
      @Nullable Question question, Reply<List<Object>> reply, int at) {
    Lookup lookup;
    if (question == null) {
      lookup = refused(Reason.BROKEN);
    } else if (!(reply instanceof Reply.Ok<List<Object>> ok)) {
      lookup = refused(reply);
    } else if (ok.value().get(at) instanceof byte[] found) {
      lookup = judge(question, found);
    } else if (ok.value().get(at).equals(NOT_READ)) {
      return get(question.key());
    } else {
      lookup = damaged(question); // a list or the like under our name
    }
    return CompletableFuture.completedFuture(lookup);
  }

  /** What to answer for the bytes that were found, if any. */
  private Lookup judge(Question question, byte @Nullable [] found) {
    TierKey key = question.key();
    if (journal.heldSince(question.mark(), key)) {
      return refused(Reason.BROKEN);
    }
    if (found == null || found.length == 0) { // an empty text can't be told from nothing
      return missed();
    }
    if (Leases.isLease(found)) {
      return missed();
    }
    replySizes.seen(found.length);
    StoredRecord record = format.read(question.name(), found);
    if (record == null) {
      return RecordFormat.isOlder(found) ? missed() : damaged(question, found);
    }
    versions.seen(record.version());
    if (record.kind() != Kind.VALUE) {
      return missed();
    }
    if (sweeps.cover(key, record.version())) {
      return refused(Reason.BROKEN);
    }
    if (own.isLost(record)) {
      journal.add(key, record.version());
      return refused(Reason.BROKEN);
    }
    return answer(record);
  }

  private Lookup answer(StoredRecord record) {
    Item item = new Item(
        record.payload(),
        record.rawBytes(),
        record.compressed(),
        record.codec(),
        clock.toLocal(record.expiresAtMillis()),
        record.version(),
        0);
    if (item.expired(time.epochMillis())) {
      counters.expirations.increment();
      return missed();
    }
    counters.hits.increment();
    return new Lookup.Hit(item);
  }

  private Lookup missed() {
    counters.misses.increment();
    return Lookup.MISS;
  }

  /** Scripts, which can't compute its checksum, would go on taking it for a value: it is removed. */
  private Lookup damaged(Question question, byte[] found) {
    Lookup lookup = damaged(question);
    long version = format.versionOfDamaged(found);
    if (version != 0) {
      remove.accept(question.key(), version);
    }
    return lookup;
  }

  private Lookup damaged(Question question) {
    if (journal.heldSince(question.mark(), question.key())) {
      return refused(Reason.BROKEN);
    }
    counters.damaged.increment();
    return missed();
  }

  private Lookup refused(Reply<?> reply) {
    errors.seen(reply);
    return refused(Reply.reason(reply));
  }

  private Lookup refused(Reason why) {
    counters.refused.increment();
    return new Lookup.Refused(why);
  }
}
