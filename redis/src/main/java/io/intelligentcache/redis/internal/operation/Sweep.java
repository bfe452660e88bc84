package io.intelligentcache.redis.internal.operation;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.intelligentcache.redis.internal.key.KeyNames;
import io.intelligentcache.redis.internal.settings.RedisAddress;
import io.intelligentcache.redis.internal.topology.SlotSnapshot;
import io.lettuce.core.ScanCursor;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One scan of the keys of Redis, for all the {@linkplain BulkRemoval removals} that waited when it began, and its
 * progress. Owned by the sweeping thread.
 */
final class Sweep {
  private final KeyNames names;
  private final UnsettledKeySet lost;
  private final long lostVersion;
  private final Map<String, List<BulkRemoval>> bySpace =
      new HashMap<>(); // by the prefix of their names
  private final List<BulkRemoval> removals = new ArrayList<>();

  final Map<RedisAddress, Progress> progress = new HashMap<>();

  @Nullable
  SlotSnapshot before;

  boolean repeated;

  /**
   * Whether the sweep has removed a key or raised a generation. Removals that are called later are then for the next
   * sweep.
   */
  boolean begun;

  /** The slots in which the generations of its spaces have been raised. */
  final BitSet raised = new BitSet();

  /** The progress of the scan of one server. */
  static final class Progress {
    ScanCursor cursor = ScanCursor.INITIAL;
    String server = "";
  }

  /**
   * A sweep for these removals.
   *
   * @param lost keys to remove as well
   * @param lostVersion the greatest version that is removed for {@code lost}
   */
  Sweep(List<BulkRemoval> removals, UnsettledKeySet lost, long lostVersion, KeyNames names) {
    this.lost = lost;
    this.lostVersion = lostVersion;
    this.names = names;
    this.removals.addAll(removals);
    for (BulkRemoval removal : removals) {
      bySpace
          .computeIfAbsent(text(names.prefix(removal.space())), prefix -> new ArrayList<>())
          .add(removal);
    }
  }

  List<BulkRemoval> removals() {
    return removals;
  }

  UnsettledKeySet lost() {
    return lost;
  }

  boolean isEmpty() {
    return removals.isEmpty() && lost.isEmpty();
  }

  /** The common prefix of all names that the scan has to see. */
  byte[] prefix() {
    return lost.isEmpty() && bySpace.size() == 1
        ? names.prefix(removals.get(0).space())
        : names.prefix();
  }

  /** Drops a removal whose predicate failed. */
  void drop(BulkRemoval removal) {
    removals.remove(removal);
    bySpace.values().forEach(some -> some.remove(removal));
    bySpace.values().removeIf(List::isEmpty);
  }

  /**
   * What to remove under a name.
   *
   * @param version a record with a greater version stays
   * @param calledMicros a record with a greater version is removed nevertheless if another instance began to write it
   *     before this time, on the clock of Redis
   * @param by the removal that the name matches, if any
   */
  record Verdict(long version, long calledMicros, @Nullable BulkRemoval by) {}

  /**
   * The verdict on a name, or null if nothing is to be removed under it. Throws {@link Failed} if a predicate does.
   */
  @Nullable
  Verdict judge(byte[] name) {
    Verdict verdict = null;
    byte[] prefix = names.prefixOf(name);
    List<BulkRemoval> some = prefix == null ? null : bySpace.get(text(prefix));
    byte[] key = some == null || prefix == null ? null : KeyNames.key(prefix, name);
    if (some != null && key != null) {
      for (BulkRemoval removal : some) {
        if (takes(removal, key) && (verdict == null || removal.drawn() > verdict.version())) {
          verdict = new Verdict(removal.drawn(), removal.calledMicros(), removal);
        }
      }
    }
    if (lost.contains(name) && (verdict == null || lostVersion > verdict.version())) {
      verdict = new Verdict(lostVersion, 0, verdict == null ? null : verdict.by());
    }
    return verdict;
  }

  private static boolean takes(BulkRemoval removal, byte[] key) {
    try {
      return removal.takes(key);
    } catch (Throwable e) { // user code: any failure, even an Error, is its own
      throw new Failed(removal, e);
    }
  }

  /** The prefix as a text. Names are ASCII. */
  private static String text(byte[] prefix) {
    return new String(prefix, ISO_8859_1);
  }

  /** The predicate of a removal failed. */
  static final class Failed extends RuntimeException {
    private static final long serialVersionUID = 1;

    final transient BulkRemoval removal;

    Failed(BulkRemoval removal, Throwable cause) {
      super(cause);
      this.removal = removal;
    }
  }
}
