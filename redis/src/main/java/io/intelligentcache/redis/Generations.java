package io.intelligentcache.redis;

import io.intelligentcache.tier.Space;
import io.intelligentcache.tier.Version;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The generation of a space: the version of its latest clear or pattern removal. A write that began before it is not
 * stored any more, whatever instance sends it, because the removal may have passed its key already:
 *
 * <pre>
 *   A: put k, begun at 100        stuck in the network, or to be repeated
 *   B: clears, at 200             generation 200, then unlinks every key
 *   A: put k arrives              refused: it began before 200
 * </pre>
 *
 * <p>Redis keeps a generation as long as a write may still arrive, {@link Writes#TOMBSTONE_LIFE}, and the program that stores
 * a record compares it.
 *
 * <p>In a cluster that program can read only what is in the slot of its key, so there the generation is kept once for
 * each slot: raising it takes {@value #SLOTS} small commands. Where many spaces are swept at once, one generation for all of them
 * is raised instead, which also refuses writes of other spaces that are under way. While a slot moves from one server to another
 * its generation may be with the one that does not have the key; then nothing is compared.
 */
final class Generations {
  private static final byte[] KEPT_MILLIS = Writes.decimal(Writes.TOMBSTONE_LIFE.toMillis());
  private static final int BYTES = 3 * Long.BYTES;
  private static final int SLOTS = SlotTags.SLOTS;

  private final Pipe pipe;
  private final Scripts scripts;
  private final KeyNames names;
  private final Limits limits;
  private final byte[] ofAll;
  private final byte[] setBack;
  private final byte[] clock;

  Generations(Pipe pipe, Scripts scripts, KeyNames names, Limits limits) {
    this.pipe = pipe;
    this.scripts = scripts;
    this.names = names;
    this.limits = limits;
    this.ofAll = names.generationOfAll();
    this.setBack = names.setBack();
    this.clock = names.clock();
  }

  /** The names that {@link Script#WRITE} gets for a key of this name. */
  byte[][] names(byte[] name) {
    return pipe.spreads()
        ? new byte[][] {name}
        : new byte[][] {name, KeyNames.generation(name), setBack, clock};
  }

  /** The arguments of {@link Script#WRITE} for a key of this name, with what it compares in a cluster. */
  byte[][] arguments(byte[] name, byte[]... others) {
    if (!pipe.spreads()) {
      return others;
    }
    byte[] tag = SlotTags.of(name);
    byte[][] arguments = Arrays.copyOf(others, others.length + 2);
    arguments[others.length] = KeyNames.tagged(KeyNames.generation(name), tag);
    arguments[others.length + 1] = KeyNames.tagged(ofAll, tag);
    return arguments;
  }

  /**
   * Raises the generation of a space.
   *
   * @param to the version of a removal
   * @param micros when that was called on the clock of Redis, or a little later
   * @return whether all servers that have keys of the space have answered
   */
  CompletableFuture<Boolean> raise(Space space, Version to, long micros) {
    byte[] name = names.generation(space);
    return pipe.spreads() ? raiseInEachSlot(name, to, micros) : raise(name, to, micros);
  }

  /** Raises the generation of all spaces; only in a cluster. */
  CompletableFuture<Boolean> raiseOfAll(Version to, long micros) {
    return raiseInEachSlot(ofAll, to, micros);
  }

  private CompletableFuture<Boolean> raiseInEachSlot(byte[] name, Version to, long micros) {
    Window window = Window.within(limits);
    List<CompletableFuture<Boolean>> raised = new ArrayList<>(SLOTS);
    for (int slot = 0; slot < SLOTS; slot++) {
      byte[] tagged = KeyNames.tagged(name, SlotTags.of(slot));
      raised.add(window.send(tagged.length + BYTES, () -> raise(tagged, to, micros)));
    }
    return RedisTier.all(raised).thenApply(all -> !all.contains(false));
  }

  private CompletableFuture<Boolean> raise(byte[] name, Version to, long micros) {
    byte[] generation =
        ByteBuffer.allocate(BYTES).put(bytes(to)).putLong(micros).array();
    byte[][] arguments = {generation, KEPT_MILLIS};
    return scripts
        .run(Script.GENERATION, Effect.NONE, name.length, new byte[][] {name}, server -> arguments)
        .thenApply(reply -> reply instanceof Reply.Ok<Long>);
  }

  static byte[] bytes(Version version) {
    return ByteBuffer.allocate(2 * Long.BYTES)
        .putLong(version.time())
        .putLong(version.writer())
        .array();
  }
}
