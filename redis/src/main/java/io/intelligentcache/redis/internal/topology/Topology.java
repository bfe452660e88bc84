package io.intelligentcache.redis.internal.topology;

import io.intelligentcache.redis.internal.connection.Connections;
import io.intelligentcache.redis.internal.connection.LettuceClient;
import io.intelligentcache.redis.internal.connection.Primary;
import io.intelligentcache.redis.internal.settings.RedisAddress;
import io.intelligentcache.redis.internal.settings.Servers;
import io.intelligentcache.tier.Reason;
import io.lettuce.core.cluster.SlotHash;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which server owns which key, as far as is known. A single server owns all keys. In a cluster each server owns slots,
 * which move.
 *
 * <p>The known owners may be wrong at any time. Then the server that receives a command names the right one, and the
 * command is sent there (see {@link CommandRouter}). The order of operations on a key is kept when its owner changes:
 * the slot first has no owner. During that time the keys of the commands in flight to the former owner are made
 * unreadable. Only then the new owner is set. So a read from the new owner never misses a write that is still in flight
 * to the former one.
 *
 * <p>Changed by the maintenance thread only, in {@link #tend}; read by any thread.
 */
public final class Topology {
  private static final int SLOTS_OF_CLUSTER = 16_384;
  /** Is notified when servers that own keys appear or are gone. The maintenance thread calls it; it must not block. */
  public interface Listener {
    /** A server appeared. It may not be connected yet. */
    void primaryAppeared(Primary primary);

    /** A server is gone. Its connection is closed. */
    void primaryGone(Primary primary);

    /** Some keys have different owners than before. */
    void moved();
  }

  private static final Logger LOG = LoggerFactory.getLogger(Topology.class);
  private static final Duration SENTINEL_INTERVAL = Duration.ofSeconds(1);
  private static final Duration INTERVAL = Duration.ofSeconds(5);
  private static final int MOST_NAMED = 2_000;
  private static final long HASTE_NANOS = Duration.ofMillis(100).toNanos();
  private static final long TROUBLED_NANOS = Duration.ofMillis(500).toNanos();
  private static final long LONGEST_UNLISTED_NANOS = Duration.ofSeconds(30).toNanos();

  private final Servers servers;
  private final Locator locator;
  private final Connector connector;
  private final LongSupplier nanos;
  private final long intervalNanos;
  private final AtomicReferenceArray<@Nullable Primary> owners;
  private final Map<RedisAddress, Primary> primaries = new ConcurrentHashMap<>();
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();

  // Work for tend(), added by any thread.
  private final AtomicReference<@Nullable SlotMap> answered = new AtomicReference<>();
  private final Map<Integer, RedisAddress> redirected = new ConcurrentHashMap<>();
  private final Map<RedisAddress, Long> named = new ConcurrentHashMap<>(); // when it was named last
  private volatile boolean hasty;
  private volatile boolean asking;
  private volatile boolean closed;
  private volatile String lastComplaint = "";

  private volatile int unowned; // slots

  private volatile SlotMap slotMap = new SlotMap(Map.of(), Map.of());
  private long lastAskedNanos; // owned by the maintenance thread

  /**
   * The owners of the keys of these servers. Nothing is asked or connected yet.
   *
   * @param connector creates a {@link Primary} for each server
   */
  public static Topology of(Servers servers, LettuceClient client, Connector connector) {
    LongSupplier nanos = client.deadlines()::nanos;
    if (servers instanceof Servers.Cluster cluster) {
      Locator locator = new ClusterLocator(cluster.seeds(), client);
      return new Topology(servers, locator, SLOTS_OF_CLUSTER, INTERVAL, connector, nanos);
    }
    if (servers instanceof Servers.Sentinels sentinels) {
      Locator locator = new SentinelLocator(sentinels, client);
      return new Topology(servers, locator, 1, SENTINEL_INTERVAL, connector, nanos);
    }
    Servers.One one = (Servers.One) servers;
    CompletableFuture<SlotMap> known = CompletableFuture.completedFuture(SlotMap.of(one.address()));
    return new Topology(servers, primaries -> known, 1, INTERVAL, connector, nanos);
  }

  /**
   * A topology without any known owner.
   *
   * @param servers the configured servers, for the log
   * @param slots the number of slots
   * @param interval how often the locator is asked while there is no trouble
   * @param connector creates a {@link Primary} for each server
   * @param nanos the clock of the intervals
   */
  Topology(
      Servers servers,
      Locator locator,
      int slots,
      Duration interval,
      Connector connector,
      LongSupplier nanos) {
    this.servers = servers;
    this.locator = locator;
    this.owners = new AtomicReferenceArray<>(slots);
    this.intervalNanos = interval.toNanos();
    this.connector = connector;
    this.nanos = nanos;
    this.unowned = slots;
    this.lastAskedNanos = nanos.getAsLong() - intervalNanos;
  }

  /** Whether keys have several owners, so that commands may be redirected. */
  public boolean isCluster() {
    return owners.length() > 1;
  }

  /** The number of slots. */
  public int slots() {
    return owners.length();
  }

  int slot(byte[] name) {
    return isCluster() ? SlotHash.getSlot(name) : 0;
  }

  /** The owner of a slot, or null while it is not known. */
  @Nullable
  public Primary owner(int slot) {
    return owners.get(slot);
  }

  /** All servers that own keys or are about to own some. */
  public Collection<Primary> primaries() {
    return primaries.values();
  }

  /** The server with this name. Null if it is not known yet; then the next {@link #tend} adds it. */
  @Nullable
  Primary find(RedisAddress name) {
    RedisAddress address = slotMap.canonical(name);
    if (named.size() < MOST_NAMED) {
      named.put(address, nanos.getAsLong());
    }
    return primaries.get(address);
  }

  /** Records that a server named another owner of a slot. */
  void moved(int slot, RedisAddress owner) {
    redirected.put(slot, slotMap.canonical(owner));
    hasty = true;
  }

  /** Records that the known owners seem to be wrong; they are asked for again soon. */
  void doubt() {
    hasty = true;
  }

  /** Adds a listener. Must be called before the first {@link #tend}. */
  public void addListener(Listener listener) {
    listeners.add(listener);
  }

  /** Whether each key has a known owner, and there is a connection to every server. */
  public boolean connected() {
    return unowned == 0
        && primaries.values().stream().allMatch(primary -> primary.session() != null);
  }

  /** Why commands can't be sent, as texts without passwords; empty if they can. */
  public List<String> troubles() {
    if (primaries.isEmpty()) {
      String known = lastComplaint;
      return List.of(servers + ": the servers that own the keys are not known ("
          + (known.isEmpty() ? "no answer yet" : servers.redact(known)) + ")");
    }
    List<String> troubles = new ArrayList<>();
    for (Primary primary : primaries.values()) {
      String trouble = primary.trouble();
      if (trouble != null) {
        troubles.add(trouble);
      }
    }
    if (unowned > 0) {
      troubles.add(unowned + " of " + slots() + " slots have no server");
    }
    return troubles;
  }

  /** Asks for the owners, connects and checks connections, when due. Called by the maintenance thread only. */
  public void tend() {
    if (!asking && nanos.getAsLong() - lastAskedNanos >= pause()) {
      ask();
    }
    SlotMap found = answered.getAndSet(null);
    if (found != null) {
      long now = nanos.getAsLong();
      named.values().removeIf(then -> now - then > LONGEST_UNLISTED_NANOS);
      apply(found);
    }
    if (!named.isEmpty()) {
      named.keySet().forEach(this::primary);
    }
    if (!redirected.isEmpty()) {
      follow();
    }
    primaries.values().forEach(Primary::tend);
  }

  private long pause() {
    boolean well = !primaries.isEmpty();
    for (Primary primary : primaries.values()) {
      well &= primary.session() != null;
    }
    return hasty ? HASTE_NANOS : well ? intervalNanos : Math.min(TROUBLED_NANOS, intervalNanos);
  }

  private void ask() {
    asking = true;
    hasty = false;
    lastAskedNanos = nanos.getAsLong();
    List<Primary> known = List.copyOf(primaries.values());
    CompletableFuture<SlotMap> answer =
        CompletableFuture.completedFuture(known).thenCompose(locator::ask); // also if it throws
    var unused = answer.whenComplete((found, failure) -> {
      if (found != null) {
        answered.set(found);
        lastComplaint = "";
      } else if (failure != null) {
        complain(failure);
      }
      asking = false;
    });
  }

  private void complain(Throwable failure) {
    String what = Connections.root(failure);
    if (!closed && !what.equals(lastComplaint)) {
      lastComplaint = what;
      if (connector.quiet().isOn()) {
        return;
      }
      LOG.warn(
          "{}: can't find out which servers own the keys ({}); asking again in the background",
          servers,
          servers.redact(what));
    }
  }

  private void apply(SlotMap found) {
    // First drop the servers that are gone: the keys of commands in flight to them become
    // unreadable before any thread reads from their successors.
    for (Primary primary : List.copyOf(primaries.values())) {
      RedisAddress address = primary.address();
      if (!found.primaries().containsKey(address) && !named.containsKey(address)) {
        drop(primary);
      }
    }
    boolean changed = !found.equals(slotMap);
    slotMap = found;
    found.primaries().keySet().forEach(this::primary);
    @Nullable RedisAddress[] wanted = found.owners(owners.length());
    Map<Integer, @Nullable Primary> changes = new HashMap<>();
    for (int slot = 0; slot < wanted.length; slot++) {
      RedisAddress address = wanted[slot];
      Primary next = address == null ? null : primaries.get(address);
      Primary owner = owners.get(slot);
      // An unchanged answer must not undo what redirections have reported since the last one.
      if (next != owner && (changed || owner == null)) {
        changes.put(slot, next);
      }
    }
    assign(changes);
  }

  private void follow() {
    Map<Integer, @Nullable Primary> changes = new HashMap<>();
    Map.copyOf(redirected).forEach((slot, address) -> {
      redirected.remove(slot, address);
      Primary owner = primary(address);
      if (owner != owners.get(slot)) {
        changes.put(slot, owner);
      }
    });
    assign(changes);
  }

  private void assign(Map<Integer, @Nullable Primary> changes) {
    if (changes.isEmpty()) {
      return;
    }
    Map<Primary, BitSet> left = new HashMap<>();
    changes.keySet().forEach(slot -> {
      Primary former = owners.getAndSet(slot, null);
      if (former != null) {
        left.computeIfAbsent(former, unused -> new BitSet()).set(slot);
      }
    });
    left.forEach(Primary::suspend);
    changes.forEach(owners::set);
    countUnowned();
    listeners.forEach(Listener::moved);
  }

  private void countUnowned() {
    int count = 0;
    for (int slot = 0; slot < owners.length(); slot++) {
      if (owners.get(slot) == null) {
        count++;
      }
    }
    unowned = count;
  }

  private Primary primary(RedisAddress address) {
    Primary known = primaries.get(address);
    if (known != null) {
      return known;
    }
    Primary appeared = connector.connect(address);
    primaries.put(address, appeared);
    listeners.forEach(listener -> listener.primaryAppeared(appeared));
    return appeared;
  }

  private void drop(Primary gone) {
    LOG.info("{} no longer owns keys", gone);
    for (int slot = 0; slot < owners.length(); slot++) {
      owners.compareAndSet(slot, gone, null);
    }
    countUnowned();
    var unused = gone.close(Reason.BROKEN);
    connector.release(gone);
    primaries.remove(gone.address());
    listeners.forEach(listener -> listener.primaryGone(gone));
  }

  /** Completes when all commands that are in flight now have been answered. */
  public CompletableFuture<Void> drained() {
    return CompletableFuture.allOf(
        primaries.values().stream().map(Primary::drained).toArray(CompletableFuture<?>[]::new));
  }

  /** Closes all connections. Completes when they are closed. */
  public CompletableFuture<Void> close() {
    closed = true;
    return CompletableFuture.allOf(primaries.values().stream()
        .map(primary -> primary.close(Reason.CLOSED))
        .toArray(CompletableFuture<?>[]::new));
  }
}
