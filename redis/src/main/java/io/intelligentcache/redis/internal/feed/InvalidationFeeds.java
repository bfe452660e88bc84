package io.intelligentcache.redis.internal.feed;

import io.intelligentcache.redis.internal.connection.Primary;
import io.intelligentcache.redis.internal.topology.Topology;
import io.intelligentcache.tier.Changes;
import io.intelligentcache.tier.TierContext;
import io.intelligentcache.tier.TimeSource;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Hears from all servers that own keys. What is proved is what the one proves that is the furthest
 * behind.
 *
 * <p>A server that nobody here knows yet tells nothing, and yet may take writes. In a cluster that shows:
 * each server says which slots it owned when it answered, and only if all slots are among them is anything
 * proved. The schedule this is for:
 *
 * <pre>
 *   a slot moves to a new server
 *   another instance, which knows that, writes there
 *   heartbeats of the servers known here are answered: a slot is missing, nothing is heard
 * </pre>
 */
public final class InvalidationFeeds implements AutoCloseable {
  private final Topology topology;
  private final ChangeSource source;
  private final Changes changes;
  private final TimeSource time;
  private final Map<Primary, InvalidationFeed> feeds = new ConcurrentHashMap<>();
  private volatile boolean closed;
  private volatile boolean everHeard;

  public InvalidationFeeds(Topology topology, ChangeSource source, TierContext context) {
    this.topology = topology;
    this.source = source;
    this.changes = context.changes();
    this.time = context.time();
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
        public void moved() {} // the new owner tells, or does not own its slots by its account
      });
    }
  }

  private void appeared(Primary primary) {
    feeds.put(
        primary,
        new InvalidationFeed(
            primary, topology.isCluster(), source, changes, time, this::onReceived));
  }

  private void gone(Primary primary) {
    InvalidationFeed feed = feeds.remove(primary);
    if (feed != null) {
      feed.close();
    }
  }

  /** Does what is due, on upkeep's thread. */
  public void tend() {
    if (!closed) {
      feeds.values().forEach(InvalidationFeed::tend);
    }
  }

  /** On the event loop of all connections: one at a time. */
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

  /** Why changes are not told, in words; nothing if they are, or nobody listens. */
  public List<String> troubles() {
    List<String> troubles = new ArrayList<>();
    for (InvalidationFeed feed : feeds.values()) {
      String trouble = feed.trouble();
      if (trouble != null) {
        troubles.add(trouble);
      }
    }
    if (troubles.isEmpty() && !everHeard && changes != Changes.IGNORED) {
      troubles.add("some slots are of servers that tell of no changes");
    }
    return troubles;
  }

  /** How many servers tell of changes at present. */
  public int listening() {
    return (int) feeds.values().stream().filter(InvalidationFeed::listens).count();
  }

  @Override
  public void close() {
    closed = true;
    feeds.values().forEach(InvalidationFeed::close);
  }
}
