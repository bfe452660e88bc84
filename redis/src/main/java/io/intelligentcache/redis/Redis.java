package io.intelligentcache.redis;

import static java.util.Objects.requireNonNull;

import io.intelligentcache.internal.setting.Settings;
import io.intelligentcache.redis.internal.RedisTier;
import io.intelligentcache.redis.internal.settings.RedisAddress;
import io.intelligentcache.redis.internal.settings.RedisLimits;
import io.intelligentcache.redis.internal.settings.Retention;
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
 * <p>Neither {@link #toString} nor any message of an exception shows the password.
 */
public final class Redis implements SharedTierFactory {
  private final Servers servers;
  private final RedisLimits limits;

  private Redis(Servers servers, RedisLimits limits) {
    this.servers = servers;
    this.limits = limits;
  }

  /**
   * One Redis server.
   *
   * @param url {@code redis://} or, for TLS, {@code rediss://}, then {@code [user:password@]host}, optionally
   *     {@code :port} (6379 unless given) and {@code /database} (0 unless given). Characters of a user or password
   *     other than letters, digits and {@code -._~} must be percent-encoded.
   * @return a configuration with the defaults
   * @throws IllegalArgumentException if the text is no such URL; the message says what is wrong with it
   */
  public static Redis at(String url) {
    return new Redis(
        new Servers.One(RedisAddress.parse(requireNonNull(url, "url"))), RedisLimits.DEFAULTS);
  }

  /**
   * A Redis cluster. One reachable server of those given is enough to find all the others.
   *
   * @param url as for {@link #at}; the database must be 0, because a cluster has no other one. User, password and TLS
   *     of this URL are used for all servers
   * @param more the URLs of further servers of the cluster, without user and password
   * @return a configuration with the defaults
   * @throws IllegalArgumentException if one text is no such URL, or contradicts the first one
   */
  public static Redis cluster(String url, String... more) {
    return new Redis(
        Servers.Cluster.of(requireNonNull(url, "url"), requireNonNull(more, "more")),
        RedisLimits.DEFAULTS);
  }

  /**
   * The server that the sentinels name as the primary. After a failover the tier uses the new primary.
   *
   * @param primaryName the name by which the sentinels know the primary, for example {@code mymaster}
   * @param url a sentinel, as for {@link #at}, but with port 26379 unless given. User, password and database are those
   *     of the Redis servers that the sentinels watch. TLS is used for both the sentinels and the servers
   * @param more the URLs of further sentinels, without user, password and database. All sentinels are asked, and the
   *     latest decision counts
   * @return a configuration with the defaults
   * @throws IllegalArgumentException if one text is no such URL, or contradicts the first one
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
   * The credentials for the sentinels themselves. Without them the tier connects to the sentinels without a password.
   *
   * @param user the user, or an empty text where sentinels have a password only
   * @param password the password, which is not empty
   * @return a changed copy
   * @throws IllegalArgumentException if the password is empty, or if this configuration has no sentinels
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
   * The prefix of every key of this cache. Every key under {@code namespace + ":"} belongs to the cache. The tier never
   * reads, changes or deletes any other key.
   *
   * @param namespace 1 to 128 characters; {@code icm} unless set
   * @return a changed copy
   */
  public Redis namespace(String namespace) {
    Settings.REDIS_NAMESPACE.check(namespace);
    return with(limits.change(draft -> draft.namespace = namespace));
  }

  /**
   * How long a read or write may take. After that it is refused as late. If this process is so busy that it has not yet
   * read the replies that have arrived by then, it reads them first. That takes at most one further timeout.
   *
   * @param timeout 1 ms to 60 s; 500 ms unless set
   * @return a changed copy
   */
  public Redis commandTimeout(Duration timeout) {
    Settings.REDIS_COMMAND_TIMEOUT.check(timeout);
    return with(limits.change(draft -> draft.commandTimeout = timeout));
  }

  /**
   * How long one attempt to connect may take, including the first commands on the connection. It is also the longest
   * time that opening the tier waits for all servers to be ready.
   *
   * <p>With a short timeout a manager starts sooner while Redis is down. If the timeout is too short for a busy
   * machine, the first writes after the start are refused.
   *
   * @param timeout 1 ms to 60 s; 5 s unless set
   * @return a changed copy
   */
  public Redis connectTimeout(Duration timeout) {
    Settings.REDIS_CONNECT_TIMEOUT.check(timeout);
    return with(limits.change(draft -> draft.connectTimeout = timeout));
  }

  /**
   * How long the caller of a clear or of a removal by pattern waits at most for Redis. If the removal is not done by
   * then, it continues in the background, also after an outage. Until it is done, this instance does not read from
   * Redis the entries that the call removes. Other instances may still read them. Statistics count the removals that
   * are not done.
   *
   * @param timeout 1 ms to 1 h; 10 s unless set
   * @return a changed copy
   */
  public Redis sweepTimeout(Duration timeout) {
    Settings.REDIS_SWEEP_TIMEOUT.check(timeout);
    return with(limits.change(draft -> draft.sweepTimeout = timeout));
  }

  /**
   * How many commands may wait for the replies of one server. Further commands are refused as busy.
   *
   * @param commands 1 to 1,000,000; 10,000 unless set
   * @return a changed copy
   */
  public Redis maximumPending(int commands) {
    Settings.REDIS_MAXIMUM_PENDING.check((long) commands);
    return with(limits.change(draft -> draft.maximumPending = commands));
  }

  /**
   * How many bytes of keys and values may wait for the replies of one server. Further commands are refused as busy. The
   * size of a value that will be read is estimated from the sizes read and written before. A single command that is
   * larger is still sent when no other command waits.
   *
   * @param bytes 1 KiB to 16 GiB; 64 MiB unless set
   * @return a changed copy
   */
  public Redis maximumPendingBytes(long bytes) {
    Settings.REDIS_MAXIMUM_PENDING_BYTES.check(bytes);
    return with(limits.change(draft -> draft.maximumPendingBytes = bytes));
  }

  /**
   * The largest payload that is stored. A larger one is refused, and its key is removed.
   *
   * @param bytes 1 to 256 MiB; 16 MiB unless set
   * @return a changed copy
   */
  public Redis maximumItemBytes(int bytes) {
    Settings.REDIS_MAXIMUM_ITEM_BYTES.check((long) bytes);
    return with(limits.change(draft -> draft.maximumItemBytes = bytes));
  }

  /**
   * Publishes changes on a channel, instead of letting Redis track the keys. This is for servers and proxies that do
   * not support {@code CLIENT TRACKING}.
   *
   * <p>All instances that share the namespace must use this setting. An instance that does not use it publishes
   * nothing, so the instances that use it miss its changes. With this setting, an instance receives no invalidation
   * when another application writes a key, or when Redis evicts one.
   *
   * @return a changed copy
   */
  public Redis publishingChanges() {
    return with(limits.change(draft -> draft.publishes = true));
  }

  /**
   * Opens the tier. Returns when all servers that own keys are connected, answer and report invalidations, and when the
   * scripts have been run once, without storing anything.
   *
   * <p>If a server is down, refuses the credentials or hangs, connecting is retried until the connect timeout. Then a
   * line in the log says what is missing, and the tier opens nevertheless: it refuses reads and writes, and continues
   * connecting in the background. The time for loading the client library's classes does not count.
   */
  @Override
  public Tier open(TierContext context) {
    return RedisTier.open(servers, limits, Retention.DEFAULTS, requireNonNull(context, "context"));
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
