package io.intelligentcache.redis;

import static java.util.Objects.requireNonNull;

import io.intelligentcache.internal.setting.Settings;
import io.intelligentcache.redis.internal.RedisTier;
import io.intelligentcache.redis.internal.settings.RedisAddress;
import io.intelligentcache.redis.internal.settings.RedisLimits;
import io.intelligentcache.redis.internal.settings.Servers;
import io.intelligentcache.tier.SharedTierFactory;
import io.intelligentcache.tier.Tier;
import io.intelligentcache.tier.TierContext;
import java.time.Duration;

/**
 * How to reach Redis, and within which limits. Immutable; each setting returns a changed copy.
 *
 * <pre>{@code
 * Redis.at("rediss://cache:secret@redis.example:6380/2")
 *     .namespace("shop")
 *     .commandTimeout(Duration.ofMillis(200))
 * }</pre>
 *
 * <p>Nothing it prints or throws shows the password.
 */
public final class Redis implements SharedTierFactory {
  private final Servers servers;
  private final RedisLimits limits;

  private Redis(Servers servers, RedisLimits limits) {
    this.servers = servers;
    this.limits = limits;
  }

  /**
   * A server.
   *
   * @param url {@code redis://} or, for TLS, {@code rediss://}, then {@code [user:password@]host},
   *     optionally {@code :port} (6379 unless given) and {@code /database} (0 unless given). A user
   *     or password with other characters than letters, digits and {@code -._~} is percent-encoded.
   * @return a configuration with the defaults
   * @throws IllegalArgumentException if that is no such URL; the message says what is wrong with it
   */
  public static Redis at(String url) {
    return new Redis(
        new Servers.One(RedisAddress.parse(requireNonNull(url, "url"))), RedisLimits.DEFAULTS);
  }

  /**
   * A cluster. It is found through any one of the servers given, which need not all be there.
   *
   * @param url as for {@link #at}; the database must be 0, which is the only one that a cluster has.
   *     All servers are signed in to as this URL says
   * @param more the URLs of further servers of the cluster, without user and password
   * @return a configuration with the defaults
   * @throws IllegalArgumentException if one is no such URL, or contradicts the first one
   */
  public static Redis cluster(String url, String... more) {
    return new Redis(
        Servers.Cluster.of(requireNonNull(url, "url"), requireNonNull(more, "more")),
        RedisLimits.DEFAULTS);
  }

  /**
   * The server that sentinels name as the primary, whichever that is at the time.
   *
   * @param primaryName what the sentinels know it by, for example {@code mymaster}
   * @param url a sentinel, as for {@link #at}, but with port 26379 unless given. User, password and
   *     database are those of the servers that the sentinels watch; TLS is for both
   * @param more the URLs of further sentinels, without user, password and database. All are asked,
   *     and the latest decision counts
   * @return a configuration with the defaults
   * @throws IllegalArgumentException if one is no such URL, or contradicts the first one
   */
  public static Redis sentinel(String primaryName, String url, String... more) {
    return new Redis(
        Servers.Sentinels.of(
            requireNonNull(primaryName, "primaryName"),
            requireNonNull(url, "url"),
            requireNonNull(more, "more")),
        RedisLimits.DEFAULTS);
  }

  /**
   * How to sign in to the sentinels themselves; without this, as nobody.
   *
   * @param user the user, or an empty text where sentinels have a password only
   * @param password the password, which is not empty
   * @return a changed copy
   * @throws IllegalArgumentException if the password is empty, or if this is no configuration of sentinels
   */
  public Redis sentinelCredentials(String user, String password) {
    requireNonNull(user, "user");
    requireNonNull(password, "password");
    if (!(servers instanceof Servers.Sentinels sentinels)) {
      throw new IllegalArgumentException(
          Settings.SENTINEL_PASSWORD.label() + " is for sentinels, not for " + servers);
    }
    Settings.SENTINEL_PASSWORD.check(password);
    return new Redis(sentinels.login(user.isEmpty() ? null : user, password), limits);
  }

  /**
   * What every key of this cache begins with. Everything under {@code namespace + ":"} belongs to
   * the cache; nothing else is ever read, changed or deleted.
   *
   * @param namespace 1 to 128 characters; {@code icm} unless set
   * @return a changed copy
   */
  public Redis namespace(String namespace) {
    Settings.REDIS_NAMESPACE.check(namespace);
    return with(limits.change(draft -> draft.namespace = namespace));
  }

  /**
   * How long a read or write may take before it is answered as late. If this process is so busy that
   * it has not read by then what has arrived, it reads that first; this takes at most as long again.
   *
   * @param timeout 1 ms to 60 s; 500 ms unless set
   * @return a changed copy
   */
  public Redis commandTimeout(Duration timeout) {
    Settings.REDIS_COMMAND_TIMEOUT.check(timeout);
    return with(limits.change(draft -> draft.commandTimeout = timeout));
  }

  /**
   * How long one attempt to connect may take, the first commands on the connection included; and how
   * long opening the tier waits at most until all servers are ready. A short
   * one makes a manager start sooner while Redis is down. One that is too short for a busy machine
   * makes the first writes after the start be refused.
   *
   * @param timeout 1 ms to 60 s; 5 s unless set
   * @return a changed copy
   */
  public Redis connectTimeout(Duration timeout) {
    Settings.REDIS_CONNECT_TIMEOUT.check(timeout);
    return with(limits.change(draft -> draft.connectTimeout = timeout));
  }

  /**
   * How long the caller of a clear or of a removal by pattern waits at most for Redis. What is not done by
   * then goes on in the background, also over an outage, and until it is done this instance does not
   * read from Redis what the call removes. Other instances may. Statistics count what is not done.
   *
   * @param timeout 1 ms to 1 h; 10 s unless set
   * @return a changed copy
   */
  public Redis sweepTimeout(Duration timeout) {
    Settings.REDIS_SWEEP_TIMEOUT.check(timeout);
    return with(limits.change(draft -> draft.sweepTimeout = timeout));
  }

  /**
   * How many commands may wait for the answers of one server; further ones are refused as busy.
   *
   * @param commands 1 to 1,000,000; 10,000 unless set
   * @return a changed copy
   */
  public Redis maximumPending(int commands) {
    Settings.REDIS_MAXIMUM_PENDING.check((long) commands);
    return with(limits.change(draft -> draft.maximumPending = commands));
  }

  /**
   * How many bytes of keys and values may wait for the answers of one server; further commands are refused as
   * busy. What a read will bring is estimated from the sizes read and written before. A single
   * command that is larger still goes through when nothing else waits.
   *
   * @param bytes 1 KiB to 16 GiB; 64 MiB unless set
   * @return a changed copy
   */
  public Redis maximumPendingBytes(long bytes) {
    Settings.REDIS_MAXIMUM_PENDING_BYTES.check(bytes);
    return with(limits.change(draft -> draft.maximumPendingBytes = bytes));
  }

  /**
   * The largest payload that is stored; a larger one is refused, and its key removed.
   *
   * @param bytes 1 to 256 MiB; 16 MiB unless set
   * @return a changed copy
   */
  public Redis maximumItemBytes(int bytes) {
    Settings.REDIS_MAXIMUM_ITEM_BYTES.check((long) bytes);
    return with(limits.change(draft -> draft.maximumItemBytes = bytes));
  }

  /**
   * Tells other instances of changes by publishing them on a channel, in place of letting Redis track
   * the keys, for servers and proxies that know no {@code CLIENT TRACKING}. All instances that share the
   * namespace must do so: one that does not is heard by none of those that do. What other applications
   * write, and what Redis evicts, is not told then.
   *
   * @return a changed copy
   */
  public Redis publishingChanges() {
    return with(limits.change(draft -> draft.publishes = true));
  }

  /**
   * Opens the tier. Returns when all servers that own keys are connected, answer and tell of changes,
   * and the scripts have been run once, without storing anything. A server that is away, refuses the
   * credentials or hangs is tried again until the connect timeout; then a line in the log says what is
   * missing, the tier opens nevertheless, refuses, and goes on connecting in the background. Loading
   * the client library's classes does not count.
   */
  @Override
  public Tier open(TierContext context) {
    return RedisTier.open(servers, limits, requireNonNull(context, "context"));
  }

  /** {@return the addresses without their passwords, and the limits} */
  @Override
  public String toString() {
    return "Redis[" + servers + ", " + limits + "]";
  }

  private Redis with(RedisLimits changed) {
    return new Redis(servers, changed);
  }
}
