package io.intelligentcache.redis.internal.feed;

import io.intelligentcache.redis.internal.connection.Primary;
import io.intelligentcache.redis.internal.topology.Topology;
import io.intelligentcache.tier.Changes;
import io.intelligentcache.tier.Scheduler;
import io.intelligentcache.tier.TierContext;
import io.intelligentcache.tier.TimeSource;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Receives the invalidations of all servers that own keys. The time until which all invalidations have been received is
 * the earliest of those that the servers have proved.
 *
 * <p>A server that is not known here yet may take writes, but this instance does not receive its invalidations. In a
 * cluster this is detected: with each heartbeat a server reports which slots it owned when it answered. Only if the
 * servers together report all slots is anything proved. The schedule that this prevents:
 *
 * <pre>
 *   a slot moves to a new server
 *   another instance, which knows that, writes there
 *   the servers known here answer heartbeats: a slot is missing, so nothing is proved
 * </pre>
 */
public final class InvalidationFeeds implements AutoCloseable {
  private final Topology topology;
  private final ChangeSource source;
  private final Changes changes;
  private final TimeSource time;
  private final Scheduler scheduler;
  private final Map<Primary, InvalidationFeed> feeds = new ConcurrentHashMap<>();
  private volatile boolean closed;
  private volatile boolean everHeard;

  public InvalidationFeeds(Topology topology, ChangeSource source, TierContext context) {
    this.topology = topology;
    this.source = source;
    this.changes = context.changes();
    this.time = context.time();
    this.scheduler = context.scheduler();
    if (changes != Changes.IGNORED) {
      topology.addListener(new Topology.Listener() {
        @Override
        public void primaryAppeared(Primary primary) {
          appeared(primary);
        }

        @Override
        public void primaryGone(Primary primary) {
          gone(primary);
        }

        @Override
        public void moved() {} // heartbeats report the slots
      });
    }
  }

  private void appeared(Primary primary) {
    feeds.put(
        primary,
        new InvalidationFeed(
            primary,
            topology.isCluster(),
            source,
            changes,
            time,
            scheduler::nanos,
            this::onReceived));
  }

  private void gone(Primary primary) {
    InvalidationFeed feed = feeds.remove(primary);
    if (feed != null) {
      feed.close();
    }
  }

  /** Connects and sends heartbeats, when due. Called by the maintenance thread. */
  public void tend() {
    if (!closed) {
      feeds.values().forEach(InvalidationFeed::tend);
    }
  }

  /** Called after each answered heartbeat, on the event loop of all connections, so by one thread. */
  private void onReceived() {
    BitSet owned = new BitSet();
    long furthestBehind = 0;
    boolean first = true;
    for (InvalidationFeed feed : feeds.values()) {
      InvalidationFeed.Heard heard = feed.receivedUntil();
      if (heard == null) {
        return;
      }
      if (heard.slots() != null) {
        owned.or(heard.slots());
      }
      if (first || heard.untilNanos() - furthestBehind < 0) {
        furthestBehind = heard.untilNanos();
      }
      first = false;
    }
    if (!first && (!topology.isCluster() || owned.cardinality() == topology.slots())) {
      changes.receivedUntil(furthestBehind);
      everHeard = true;
    }
  }

  /** Why invalidations are not received, as texts; empty if they are, or if nothing listens to changes. */
  public List<String> troubles() {
    List<String> troubles = new ArrayList<>();
    for (InvalidationFeed feed : feeds.values()) {
      String trouble = feed.trouble();
      if (trouble != null) {
        troubles.add(trouble);
      }
    }
    if (troubles.isEmpty() && !everHeard && changes != Changes.IGNORED) {
      troubles.add("some slots belong to servers that report no invalidations");
    }
    return troubles;
  }

  /** The number of servers that report invalidations at present. */
  public int listening() {
    return (int) feeds.values().stream().filter(InvalidationFeed::listens).count();
  }

  @Override
  public void close() {
    closed = true;
    feeds.values().forEach(InvalidationFeed::close);
  }
}
