package io.intelligentcache.redis.internal.operation;

import io.intelligentcache.redis.internal.command.Futures;
import io.intelligentcache.redis.internal.command.Reply;
import io.intelligentcache.redis.internal.command.WriteHooks;
import io.intelligentcache.redis.internal.connection.Primary;
import io.intelligentcache.redis.internal.connection.SendWindow;
import io.intelligentcache.redis.internal.connection.Session;
import io.intelligentcache.redis.internal.key.KeyNames;
import io.intelligentcache.redis.internal.record.RecordFormat;
import io.intelligentcache.redis.internal.script.Arguments;
import io.intelligentcache.redis.internal.script.Script;
import io.intelligentcache.redis.internal.topology.SlotSnapshot;
import io.intelligentcache.redis.internal.topology.Topology;
import io.intelligentcache.tier.Listing;
import io.intelligentcache.tier.Reason;
import io.intelligentcache.tier.Space;
import io.intelligentcache.tier.TierKey;
import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Lists the keys of a space: scans one server after the other, and reads the head of each record that was found, to
 * tell values from tombstones, leases and cached absences.
 *
 * <p>A page is one {@code SCAN} command and a few scripts that read heads. They use the shared connection: the reply of
 * a scan is not larger than that of a read of a value.
 *
 * <p>A scan is complete only if one server executes all of it, and if no key moves to a server that was scanned
 * already. So the listing is refused if the connection to the scanned server was lost, or if the owners of the slots
 * changed. A {@link Sweep} scans again in these cases; a listing can't, because it would list most keys twice.
 */
public final class KeyListing {
  private static final int NAMES_PER_READ = 250; // as many as a sweep unlinks by one command
  private static final long TYPICAL_NAME_BYTES = 64;
  private static final byte[][] HEAD = {Arguments.decimal(RecordFormat.HEADER_BYTES)};

  private final Topology topology;
  private final Commands commands;
  private final KeyNames names;
  private final Reads reads;
  private final ReplyNotes notes;
  private final long timeoutNanos;

  /**
   * Listings that are sent with these commands.
   *
   * @param reads decides which records a read would find
   * @param timeout the command timeout
   */
  public KeyListing(
      Topology topology,
      Commands commands,
      KeyNames names,
      Reads reads,
      ReplyNotes notes,
      Duration timeout) {
    this.topology = topology;
    this.commands = commands;
    this.names = names;
    this.reads = reads;
    this.notes = notes;
    this.timeoutNanos = timeout.toNanos();
  }

  /**
   * Where a page begins.
   *
   * @param before the owners of the keys when the listing began
   * @param servers that are not completely scanned; the first one is scanned now
   * @param session the connection over which it is scanned
   */
  private record Place(
      SlotSnapshot before, List<Primary> servers, @Nullable Session session, ScanCursor cursor)
      implements Listing.Cursor {
    static Place atBegin(SlotSnapshot before, List<Primary> servers) {
      return new Place(before, servers, servers.get(0).session(), ScanCursor.INITIAL);
    }
  }

  /** One page. */
  public CompletableFuture<Listing> page(Space space, Listing.@Nullable Cursor from) {
    CompletableFuture<Listing> page = from == null ? first(space) : scan(space, (Place) from);
    return page.thenApply(listing -> {
      if (listing instanceof Listing.Refused) {
        notes.counters().refused.increment();
      }
      return listing;
    });
  }

  private CompletableFuture<Listing> first(Space space) {
    if (commands.router().closed()) {
      return answered(Reason.CLOSED, "");
    }
    if (!topology.connected() || !commands.router().complete()) {
      return answered(Reason.OPEN, troubles());
    }
    return SlotSnapshot.of(topology).thenCompose(before -> {
      List<Primary> servers = List.copyOf(topology.primaries());
      return before == null || servers.isEmpty()
          ? answered(unavailable(), troubles())
          : scan(space, Place.atBegin(before, servers));
    });
  }

  private CompletableFuture<Listing> scan(Space space, Place place) {
    Primary server = place.servers().get(0);
    Session session = place.session();
    if (session == null || server.session() != session) {
      return answered(
          unavailable(), "the connection to " + server + " was lost during the listing");
    }
    ScanArgs ours =
        ScanArgs.Builder.limit(Listing.PAGE_ENTRIES).match(Sweeper.pattern(names.prefix(space)));
    CompletableFuture<Reply<KeyScanCursor<byte[]>>> sent = server.send(
        0,
        WriteHooks.NONE,
        Listing.PAGE_ENTRIES * TYPICAL_NAME_BYTES,
        timeoutNanos,
        () -> server.session() == session,
        (redis, clock) -> redis.scan(place.cursor(), ours));
    return sent.thenCompose(reply -> reply instanceof Reply.Ok<KeyScanCursor<byte[]>> ok
        ? read(space, place, ok.value())
        : CompletableFuture.completedFuture(refused(reply)));
  }

  /** Reads the heads of the records whose names a scan has found. */
  private CompletableFuture<Listing> read(Space space, Place place, KeyScanCursor<byte[]> scanned) {
    List<Reads.Question> questions = questions(space, scanned.getKeys());
    int together = commands.router().spreads() ? 1 : NAMES_PER_READ;
    SendWindow window = commands.bulks().window();
    List<CompletableFuture<Reply<List<Object>>>> sent = new ArrayList<>();
    for (int from = 0; from < questions.size(); from += together) {
      List<Reads.Question> some =
          questions.subList(from, Math.min(from + together, questions.size()));
      byte[][] part = some.stream().map(Reads.Question::name).toArray(byte[][]::new);
      long bytes = Stream.of(part)
          .mapToLong(name -> name.length + RecordFormat.HEADER_BYTES)
          .sum();
      sent.add(window.send(
          bytes,
          () -> commands.scripts().run(Script.HEADS, WriteHooks.NONE, bytes, part, any -> HEAD)));
    }
    return Futures.all(sent).thenCompose(replies -> {
      List<Object> heads = new ArrayList<>();
      for (Reply<List<Object>> reply : replies) {
        if (!(reply instanceof Reply.Ok<List<Object>> ok)) {
          return CompletableFuture.completedFuture(refused(reply));
        }
        heads.addAll(ok.value());
      }
      return end(place, scanned, entries(questions, heads));
    });
  }

  private List<Reads.Question> questions(Space space, List<byte[]> found) {
    byte[] prefix = names.prefix(space);
    List<Reads.Question> questions = new ArrayList<>();
    for (byte[] name : found) {
      byte[] key = KeyNames.key(prefix, name);
      Reads.Question question = key == null || key.length > TierKey.MAX_BYTES
          ? null
          : reads.question(new TierKey(space, key));
      if (question != null) {
        questions.add(question);
      }
    }
    return questions;
  }

  private List<Listing.Stored> entries(List<Reads.Question> questions, List<Object> heads) {
    List<Listing.Stored> entries = new ArrayList<>();
    for (int i = 0; i < questions.size(); i++) {
      Reads.Question question = questions.get(i);
      long size = (Long) heads.get(2 * i);
      if (reads.wouldFind(question, (byte[]) heads.get(2 * i + 1), size)) {
        entries.add(new Listing.Stored(question.key(), question.name().length + size));
      }
    }
    return entries;
  }

  private CompletableFuture<Listing> end(
      Place place, ScanCursor scanned, List<Listing.Stored> entries) {
    List<Primary> servers = place.servers();
    if (!scanned.isFinished()) {
      return CompletableFuture.completedFuture(
          new Listing.Page(entries, new Place(place.before(), servers, place.session(), scanned)));
    }
    if (servers.size() > 1) {
      return CompletableFuture.completedFuture(new Listing.Page(
          entries, Place.atBegin(place.before(), servers.subList(1, servers.size()))));
    }
    return SlotSnapshot.of(topology)
        .thenApply(after -> place.before().equals(after) && !after.moving()
            ? new Listing.Page(entries, null)
            : new Listing.Refused(
                unavailable(), "keys moved from one server to another during the listing"));
  }

  private Listing refused(Reply<?> reply) {
    notes.errors().seen(reply);
    return new Listing.Refused(
        Reply.reason(reply), reply instanceof Reply.Failed<?> error ? error.message() : troubles());
  }

  private Reason unavailable() {
    return commands.router().closed() ? Reason.CLOSED : Reason.OPEN;
  }

  private String troubles() {
    return String.join("; ", topology.troubles());
  }

  private static CompletableFuture<Listing> answered(Reason why, String detail) {
    return CompletableFuture.completedFuture(new Listing.Refused(why, detail));
  }
}
