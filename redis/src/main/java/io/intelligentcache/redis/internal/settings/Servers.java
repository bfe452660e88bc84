package io.intelligentcache.redis.internal.settings;

import io.intelligentcache.internal.setting.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The configured Redis servers. The text form of each shows no password. */
public sealed interface Servers {
  /** One server, which owns all keys. */
  record One(RedisAddress address) implements Servers {
    @Override
    public String redact(@Nullable String text) {
      return address.redact(text);
    }

    @Override
    public String toString() {
      return address.toString();
    }
  }

  /**
   * The server that the sentinels name.
   *
   * @param primaryName the name by which the sentinels know the primary
   * @param sentinels the addresses and credentials of the sentinels
   * @param data the credentials and the database of the server; its host and port have no meaning
   */
  record Sentinels(String primaryName, List<RedisAddress> sentinels, RedisAddress data)
      implements Servers {
    private static final int PORT = 26_379;

    public static Sentinels of(String primaryName, String url, String... more) {
      Settings.SENTINEL_PRIMARY.check(primaryName);
      List<RedisAddress> all = parse(PORT, url, more);
      RedisAddress data = all.get(0);
      return new Sentinels(
          primaryName, all.stream().map(at -> at.database(0).login(null, null)).toList(), data);
    }

    public Sentinels login(@Nullable String user, String password) {
      return new Sentinels(
          primaryName, sentinels.stream().map(at -> at.login(user, password)).toList(), data);
    }

    @Override
    public boolean mayNameReplicas() {
      return true;
    }

    @Override
    public String redact(@Nullable String text) {
      return data.redact(sentinels.get(0).redact(text));
    }

    @Override
    public String toString() {
      String user = data.user() == null ? "" : data.user();
      String login = data.password() == null ? "" : " as " + user + ":***";
      return list("primary " + primaryName + " of sentinels", sentinels) + ", database "
          + data.database() + login;
    }
  }

  /** Servers of a cluster. One of them is enough to find all. */
  record Cluster(List<RedisAddress> seeds) implements Servers {
    private static final int PORT = 6_379;

    public static Cluster of(String url, String... more) {
      List<RedisAddress> seeds = parse(PORT, url, more);
      int database = seeds.get(0).database();
      if (database != 0) {
        throw new IllegalArgumentException(Settings.REDIS_URL.label()
            + " must have database 0, which is the only one that a cluster has: " + database);
      }
      return new Cluster(seeds);
    }

    @Override
    public String redact(@Nullable String text) {
      return seeds.get(0).redact(text);
    }

    @Override
    public String toString() {
      return list("cluster", seeds);
    }
  }

  /** Whether a server that is named as the primary may in fact be a replica. */
  default boolean mayNameReplicas() {
    return false;
  }

  /** See {@link RedisAddress#redact}. */
  String redact(@Nullable String text);

  /**
   * Parses the URLs of several servers. The first URL has the credentials. Each other URL has the same ones or none.
   */
  private static List<RedisAddress> parse(int port, String url, String... more) {
    RedisAddress first = RedisAddress.parse(url, port);
    List<RedisAddress> all = new ArrayList<>(List.of(first));
    for (String each : more) {
      RedisAddress other = RedisAddress.parse(each, port);
      RedisAddress expected = first.at(other.host(), other.port());
      if (!other.equals(expected) && !other.equals(expected.database(0).login(null, null))) {
        throw new IllegalArgumentException(Settings.REDIS_URL.label()
            + " must have TLS, user, password and database as in the first URL, " + first
            + "; this one differs: " + other);
      }
      all.add(expected);
    }
    return List.copyOf(all);
  }

  private static String list(String what, List<RedisAddress> addresses) {
    return addresses.stream()
        .map(RedisAddress::toString)
        .collect(Collectors.joining(", ", what + " [", "]"));
  }
}
