package io.intelligentcache.redis.internal.operation;

import io.intelligentcache.redis.internal.clock.Clocks;
import io.intelligentcache.redis.internal.clock.RedisClock;
import io.intelligentcache.redis.internal.clock.Versions;
import io.intelligentcache.redis.internal.command.Futures;
import io.intelligentcache.redis.internal.command.Reply;
import io.intelligentcache.redis.internal.command.WriteHooks;
import io.intelligentcache.redis.internal.connection.LostWrites;
import io.intelligentcache.redis.internal.connection.ReplySizes;
import io.intelligentcache.redis.internal.connection.SendWindow;
import io.intelligentcache.redis.internal.connection.ServerErrors;
import io.intelligentcache.redis.internal.key.KeyNames;
import io.intelligentcache.redis.internal.record.RecordFormat;
import io.intelligentcache.redis.internal.record.RecordKind;
import io.intelligentcache.redis.internal.record.StoredRecord;
import io.intelligentcache.redis.internal.script.Arguments;
import io.intelligentcache.redis.internal.script.Script;
import io.intelligentcache.redis.internal.settings.RedisCounters;
import io.intelligentcache.redis.internal.topology.CommandRouter;
import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.Lookup;
import io.intelligentcache.tier.Reason;
import io.intelligentcache.tier.TierKey;
import io.intelligentcache.tier.Version;
import io.lettuce.core.KeyValue;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads keys and judges the records that were found.
 *
 * <p>A read checks {@link UnsettledWrites} twice. Before it is sent, because an unsettled key is not read anyway. After
 * the reply, because of this schedule: a put is sent, then a get. Redis refuses the put because it is out of memory,
 * and answers the get with the value that the put was to replace. Replies arrive in order, so the key is unsettled by
 * then, or has been. The found record is also checked against the pending removals in {@link SweepQueue}.
 */
public final class Reads {
  private static final int ABSENCE = Item.absence(Item.NEVER).codec();
  private static final int FEW_KEYS = 16; // one round trip; more keys need two
  private static final int MOST_KEYS_PER_READ = 128;
  private static final long BYTES_PER_READ = 4L << 20; // the last value may exceed it

  private final CommandRouter router;
  private final Scripts scripts;
  private final KeyNames names;
  private final RecordFormat format;
  private final UnsettledWrites unsettled;
  private final SweepQueue sweeps;
  private final Versions versions;
  private final LostWrites lost;
  private final RedisClock clock;
  private final ReplySizes replySizes;
  private final RedisCounters counters;
  private final ServerErrors errors;
  private final BulkWrites bulks;
  private final BiConsumer<TierKey, Version> remove;
  private final int lastByte;

  /**
   * Reads that are sent with these commands.
   *
   * @param remove removes a damaged value with this version
   */
  public Reads(
      Commands commands,
      Clocks clocks,
      Encoding encoding,
      Unacknowledged unacknowledged,
      SweepQueue sweeps,
      ReplyNotes notes,
      BiConsumer<TierKey, Version> remove) {
    this.router = commands.router();
    this.scripts = commands.scripts();
    this.bulks = commands.bulks();
    this.versions = clocks.versions();
    this.clock = clocks.redis();
    this.names = encoding.names();
    this.format = encoding.format();
    this.unsettled = unacknowledged.unsettled();
    this.lost = unacknowledged.lost();
    this.sweeps = sweeps;
    this.replySizes = notes.sizes();
    this.counters = notes.counters();
    this.errors = notes.errors();
    this.remove = remove;
    this.lastByte = format.longest(); // counted from 0: shows if a value is too long
  }

  /**
   * A key to read.
   *
   * @param mark of the unsettled writes, taken before the read is sent
   */
  record Question(TierKey key, byte[] name, int mark) {}

  /** The question for a key; null if the key must not be read. */
  @Nullable
  Question question(TierKey key) {
    bulks.sendFirst(key);
    int mark = unsettled.mark(key);
    return unsettled.holds(key) ? null : new Question(key, names.name(key), mark);
  }

  public CompletableFuture<Lookup> get(TierKey key) {
    Question question = question(key);
    if (question == null) {
      return CompletableFuture.completedFuture(refused(Reason.BROKEN));
    }
    byte[] name = question.name();
    CompletableFuture<Reply<byte @Nullable []>> sent = router.send(
        name,
        name.length + replySizes.expected(),
        (redis, clock) -> redis.getrange(name, 0, lastByte));
    return sent.thenApply(reply -> judge(question, reply));
  }

  /**
   * Reads a key of which the caller has a value with this version. The value of a version never changes. So if Redis
   * still has that version, it does not send the bytes again.
   */
  public CompletableFuture<Lookup> revalidate(TierKey key, Version version) {
    if (version.isNone()) {
      return get(key);
    }
    Question question = question(key);
    if (question == null) {
      return CompletableFuture.completedFuture(refused(Reason.BROKEN));
    }
    byte[] name = question.name();
    byte[][] arguments = {Generations.bytes(version), lastByte()};
    CompletableFuture<Reply<byte @Nullable []>> sent = scripts.run(
        Script.REVALIDATE,
        WriteHooks.NONE,
        name.length + 2 * Long.BYTES,
        new byte[][] {name},
        server -> arguments);
    return sent.thenApply(reply -> {
      boolean same = reply instanceof Reply.Ok<byte @Nullable []> ok
          && ok.value() != null
          && ok.value().length == 0;
      return same ? unchanged(question, version) : judge(question, reply);
    });
  }

  /** The result if Redis says that a value has not changed. */
  Lookup unchanged(Question question, Version version) {
    TierKey key = question.key();
    if (unsettled.heldSince(question.mark(), key) || sweeps.cover(key, version)) {
      return refused(Reason.BROKEN);
    }
    counters.confirmations.increment();
    return Lookup.UNCHANGED;
  }

  /** The result for a reply that holds the bytes under a name, if any. */
  Lookup judge(Question question, Reply<byte @Nullable []> reply) {
    if (reply instanceof Reply.Ok<byte @Nullable []> ok) {
      return judge(question, ok.value());
    }
    if (reply instanceof Reply.Failed<?> error && error.message().startsWith("WRONGTYPE")) {
      return damaged(question); // a list, for example, under our name
    }
    return refused(reply);
  }

  /** The last byte to read, as an argument of scripts. A longer value is read up to this byte only. */
  byte[] lastByte() {
    return Arguments.decimal(lastByte);
  }

  /**
   * Reads many keys. The results have the order of the keys.
   *
   * <p>In a cluster, and for few keys, each key is read by its own command. Otherwise about a hundred keys are read by
   * one command. That command has no limit on the size of its reply, so the sizes of the values are asked for first.
   */
  public CompletableFuture<List<Lookup>> getAll(List<TierKey> keys) {
    SendWindow window = bulks.window();
    if (router.spreads() || keys.size() <= FEW_KEYS) {
      return Futures.all(keys.stream()
          .map(key -> window.send(replySizes.expected(), () -> get(key)))
          .toList());
    }
    List<CompletableFuture<List<Lookup>>> parts = new ArrayList<>();
    int together = replySizes.fitting(BYTES_PER_READ, MOST_KEYS_PER_READ);
    for (int from = 0; from < keys.size(); from += together) {
      List<TierKey> some = keys.subList(from, Math.min(from + together, keys.size()));
      parts.add(window.send(some.size() * replySizes.expected(), () -> part(some)));
    }
    return Futures.all(parts)
        .thenApply(lists -> lists.stream().flatMap(List::stream).toList());
  }

  private CompletableFuture<List<Lookup>> part(List<TierKey> keys) {
    byte[][] part = keys.stream().map(names::name).toArray(byte[][]::new);
    byte[][] limits = {Arguments.decimal(lastByte), Arguments.decimal(BYTES_PER_READ)};
    long bytes = Stream.of(part).mapToLong(name -> name.length).sum();
    CompletableFuture<Reply<List<Object>>> sized =
        scripts.run(Script.SIZES, WriteHooks.NONE, bytes, part, server -> limits);
    return sized.thenCompose(reply -> {
      if (!(reply instanceof Reply.Ok<List<Object>> ok)) {
        return CompletableFuture.completedFuture(
            keys.stream().map(key -> refused(reply)).toList());
      }
      return Futures.all(read(keys, ok.value().stream().map(Long.class::cast).toList()));
    });
  }

  /**
   * Reads keys whose sizes are known.
   *
   * @param apart the keys, counted from 1, that are read after the others; a negative number: that key is not read at
   *     all
   */
  private List<CompletableFuture<Lookup>> read(List<TierKey> keys, List<Long> apart) {
    List<CompletableFuture<Lookup>> lookups = new ArrayList<>(keys.size());
    List<Question> together = new ArrayList<>(keys.size());
    List<TierKey> rest = new ArrayList<>();
    CompletableFuture<Reply<List<KeyValue<byte[], byte[]>>>> found = new CompletableFuture<>();
    CompletableFuture<List<Lookup>> later = new CompletableFuture<>();
    for (int i = 0; i < keys.size(); i++) {
      TierKey key = keys.get(i);
      Question question = question(key);
      if (question == null) {
        lookups.add(CompletableFuture.completedFuture(refused(Reason.BROKEN)));
      } else if (apart.contains(-1L - i)) {
        lookups.add(CompletableFuture.completedFuture(damaged(question)));
      } else if (apart.contains(1L + i)) {
        int at = rest.size();
        rest.add(key);
        lookups.add(later.thenApply(answers -> answers.get(at)));
      } else {
        int at = together.size();
        together.add(question);
        lookups.add(found.thenApply(reply -> judge(question, reply, at)));
      }
    }
    if (!together.isEmpty()) {
      byte[][] part = together.stream().map(Question::name).toArray(byte[][]::new);
      long bytes = part.length * replySizes.expected();
      CompletableFuture<Reply<List<KeyValue<byte[], byte[]>>>> sent =
          router.send(part[0], bytes, (redis, clock) -> redis.mget(part));
      var unusedToo = sent.thenAccept(found::complete);
    } else {
      found.complete(new Reply.None<>(Reason.BROKEN)); // only the rest waits for it
    }
    // Read the rest after the others, so that there is room for their replies. By then the sizes
    // are known better.
    var unused = found.thenCompose(reply -> getAll(rest)).thenAccept(later::complete);
    return lookups;
  }

  private Lookup judge(Question question, Reply<List<KeyValue<byte[], byte[]>>> reply, int at) {
    return reply instanceof Reply.Ok<List<KeyValue<byte[], byte[]>>> ok
        ? judge(question, ok.value().get(at).getValueOrElse(null))
        : refused(reply);
  }

  /** The result for the bytes that were found, if any. */
  private Lookup judge(Question question, byte @Nullable [] found) {
    TierKey key = question.key();
    if (unsettled.heldSince(question.mark(), key)) {
      return refused(Reason.BROKEN);
    }
    if (found == null || found.length == 0) { // GETRANGE answers an empty text for no value
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
    if (!versions.isPossible(record.version().time())) {
      return damaged(question, found);
    }
    versions.seen(record.version().time());
    if (record.kind() != RecordKind.VALUE) {
      return missed();
    }
    if (sweeps.cover(key, record)) {
      return refused(Reason.BROKEN);
    }
    if (isLost(key, record)) {
      unsettled.add(
          key, new UnsettledWrites.Unsettled(record.version().time(), clock.instant(), null));
      return refused(Reason.BROKEN);
    }
    return answer(record);
  }

  /**
   * Whether a read of a key would find the record with this head. Counts nothing. Damage in the payload is not seen.
   *
   * @param head the first bytes of the record
   * @param size of the record
   */
  boolean wouldFind(Question question, byte[] head, long size) {
    StoredRecord record = format.readHead(head, size);
    TierKey key = question.key();
    return record != null
        && record.kind() == RecordKind.VALUE
        && !(record.codec() == ABSENCE && size == RecordFormat.HEADER_BYTES)
        && versions.isPossible(record.version().time())
        && clock.remainingMillis(clock.toLocal(record.expiresAtMillis())) != 0
        && !unsettled.holds(key)
        && !sweeps.cover(key, record)
        && !isLost(key, record);
  }

  private boolean isLost(TierKey key, StoredRecord record) {
    return record.version().writer() == versions.writer()
        && lost.contains(key, record.version().time());
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
    if (clock.remainingMillis(item.expiresAtMillis()) == 0) {
      counters.expirations.increment();
      return missed();
    }
    counters.hits.increment();
    return new Lookup.Hit(item);
  }

  private Lookup missed() {
    countMiss();
    return Lookup.MISS;
  }

  void countMiss() {
    counters.misses.increment();
  }

  /** The bytes to expect in the answer to a read. */
  long expectedBytes() {
    return replySizes.expected();
  }

  /** Whether scripts take these bytes for a value though they are damaged, so that {@link #judge} removes them. */
  boolean isDamaged(Question question, byte[] found) {
    return format.read(question.name(), found) == null
        && !format.versionOfDamaged(found).isNone();
  }

  /**
   * The result for a damaged value, which is removed. Scripts can't compute its checksum, and would continue to take it
   * for a value.
   */
  private Lookup damaged(Question question, byte[] found) {
    Lookup lookup = damaged(question);
    Version version = format.versionOfDamaged(found);
    if (!version.isNone()) {
      remove.accept(question.key(), version);
    }
    return lookup;
  }

  private Lookup damaged(Question question) {
    if (unsettled.heldSince(question.mark(), question.key())) {
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
