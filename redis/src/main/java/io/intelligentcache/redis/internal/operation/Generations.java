package io.intelligentcache.redis.internal.operation;

import io.intelligentcache.redis.internal.clock.Versions;
import io.intelligentcache.redis.internal.command.Futures;
import io.intelligentcache.redis.internal.command.Reply;
import io.intelligentcache.redis.internal.command.WriteHooks;
import io.intelligentcache.redis.internal.connection.SendWindow;
import io.intelligentcache.redis.internal.key.KeyNames;
import io.intelligentcache.redis.internal.key.SlotTags;
import io.intelligentcache.redis.internal.script.Arguments;
import io.intelligentcache.redis.internal.script.Script;
import io.intelligentcache.redis.internal.settings.RedisLimits;
import io.intelligentcache.redis.internal.settings.Retention;
import io.intelligentcache.redis.internal.topology.CommandRouter;
import io.intelligentcache.tier.Space;
import io.intelligentcache.tier.Version;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The generations of spaces. The generation of a space is the version of its latest clear or removal by pattern. Redis
 * does not store a write that began before it, from whatever instance, because the removal may have passed the key
 * already:
 *
 * <pre>
 *   A: put k, begun at 100        stuck in the network, or to be repeated
 *   B: clears, at 200             generation 200, then unlinks every key
 *   A: put k arrives              refused: it began before 200
 * </pre>
 *
 * <p>Redis keeps a generation as long as a write from before it may still arrive, {@link Retention#tombstones}. The
 * script that stores a record compares the write with it.
 *
 * <p>In a cluster that script can read only names in the slot of its key. So a cluster has one copy of the generation
 * in each slot, and raising it takes 16,384 small commands. If many spaces are swept at once, a single generation for
 * all spaces is raised instead. It also refuses writes of other spaces that are in flight. While a slot moves, its
 * generation may be on a different server than the key. Then the script compares nothing.
 */
public final class Generations {
  private static final int BYTES = 3 * Long.BYTES;

  /** In a cluster. For more spaces, one generation of all spaces is raised. */
  private static final int MOST_SPACES_IN_SLOT = 4;

  private final CommandRouter router;
  private final Scripts scripts;
  private final KeyNames names;
  private final Versions versions;
  private final RedisLimits limits;
  private final Retention retention;
  private final byte[] keptMillis;
  private final byte[] setBack;
  private final byte[] clock;

  public Generations(
      CommandRouter router,
      Scripts scripts,
      KeyNames names,
      Versions versions,
      RedisLimits limits,
      Retention retention) {
    this.router = router;
    this.scripts = scripts;
    this.names = names;
    this.versions = versions;
    this.limits = limits;
    this.retention = retention;
    this.keptMillis = Arguments.millis(retention.tombstones());
    this.setBack = names.setBack();
    this.clock = names.clock();
  }

  /** The names that {@link Script#WRITE} gets for a key with this name. */
  byte[][] names(byte[] name) {
    return router.spreads()
        ? new byte[][] {name}
        : new byte[][] {name, KeyNames.generation(name), setBack, clock};
  }

  /**
   * The arguments of {@link Script#WRITE} for a key with this name. In a cluster they include the names of the
   * generations.
   */
  byte[][] arguments(byte[] name, byte[]... others) {
    if (!router.spreads()) {
      return others;
    }
    byte[] tag = SlotTags.of(name);
    byte[][] arguments = Arrays.copyOf(others, others.length + 2);
    arguments[others.length] = names.generation(KeyNames.generation(name), tag);
    arguments[others.length + 1] = names.generationOfAll(tag);
    return arguments;
  }

  /**
   * Which writes of a space Redis refuses.
   *
   * @param version of a removal
   * @param calledMicros when the removal was called, on the clock of Redis, or a little later
   */
  record Bound(long version, long calledMicros) {
    /** The bound of two removals together. */
    Bound and(Bound other) {
      return new Bound(
          Math.max(version, other.version), Math.max(calledMicros, other.calledMicros));
    }
  }

  /** Whether a removal needs a generation: Redis may still store a write that began before it. */
  boolean isNeededFor(BulkRemoval removal) {
    return removal.isYoungerThan(retention.tombstones());
  }

  /** The number of slots in which generations are kept. */
  int slots() {
    return router.spreads() ? SlotTags.SLOTS : 1;
  }

  /**
   * Raises the generations of spaces in some slots.
   *
   * @return for each of these slots whether all its generations were raised
   */
  CompletableFuture<List<Boolean>> raise(Map<Space, Bound> bounds, int fromSlot, int untilSlot) {
    SendWindow window = SendWindow.within(limits);
    Bound ofAll = router.spreads() && bounds.size() > MOST_SPACES_IN_SLOT
        ? bounds.values().stream().reduce(Bound::and).orElseThrow()
        : null;
    List<CompletableFuture<Boolean>> raised = new ArrayList<>();
    for (int slot = fromSlot; slot < untilSlot; slot++) {
      raised.add(
          Futures.all(raise(bounds, ofAll, slot, window)).thenApply(all -> !all.contains(false)));
    }
    return Futures.all(raised);
  }

  private List<CompletableFuture<Boolean>> raise(
      Map<Space, Bound> bounds, @Nullable Bound ofAll, int slot, SendWindow window) {
    List<CompletableFuture<Boolean>> raised = new ArrayList<>();
    if (ofAll != null) {
      raised.add(raise(names.generationOfAll(SlotTags.of(slot)), ofAll, window));
    } else {
      bounds.forEach((space, bound) -> {
        byte[] name = router.spreads()
            ? names.generation(names.generation(space), SlotTags.of(slot))
            : names.generation(space);
        raised.add(raise(name, bound, window));
      });
    }
    return raised;
  }

  private CompletableFuture<Boolean> raise(byte[] name, Bound bound, SendWindow window) {
    byte[] generation = ByteBuffer.allocate(BYTES)
        .put(bytes(versions.of(bound.version())))
        .putLong(bound.calledMicros())
        .array();
    byte[][] arguments = {generation, keptMillis, Arguments.decimal(versions.latestMicros())};
    int size = name.length + BYTES;
    return window.send(
        size,
        () -> scripts
            .run(Script.GENERATION, WriteHooks.NONE, size, new byte[][] {name}, server -> arguments)
            .thenApply(reply -> reply instanceof Reply.Ok<Long>));
  }

  static byte[] bytes(Version version) {
    return ByteBuffer.allocate(2 * Long.BYTES)
        .putLong(version.time())
        .putLong(version.writer())
        .array();
  }
}
