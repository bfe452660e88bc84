package io.intelligentcache.redis.internal.settings;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.intelligentcache.internal.setting.Settings;
import io.lettuce.core.RedisURI;
import java.net.URLDecoder;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The address and the credentials of a server. {@link #toString} never shows the password. */
public record RedisAddress(
    boolean tls,
    String host,
    int port,
    int database,
    @Nullable String user,
    @Nullable String password) {
  /** A URL parameter that holds a secret. The URLs here have no parameters, but those of some other clients do. */
  private static final Pattern SECRET_PARAMETER =
      Pattern.compile("(?i)([?&][^=&]*(?:pass|pwd|secret|token|auth)[^=&]*)=[^&]*");

  private static final Pattern SHAPE = Pattern.compile(
      "(?<host>\\[[0-9a-fA-F:.%]+]|[A-Za-z0-9_.-]+)(?::(?<port>\\d{1,5}))?(?:/(?<db>\\d{0,5}))?");

  private static final int DEFAULT_PORT = 6379;

  public static RedisAddress parse(String url) {
    return parse(url, DEFAULT_PORT);
  }

  /** Parses a URL. The port is used if the URL names none. */
  public static RedisAddress parse(String url, int defaultPort) {
    int colon = url.indexOf("://");
    if (colon < 0) {
      throw refuse("has no scheme", url);
    }
    String scheme = url.substring(0, colon);
    if (!scheme.equals("redis") && !scheme.equals("rediss")) {
      throw refuse("has an unknown scheme", url);
    }
    String rest = url.substring(colon + 3);
    int at = rest.lastIndexOf('@');
    Matcher shape = SHAPE.matcher(rest.substring(at + 1));
    if (!shape.matches()) {
      throw refuse("is not a server's address", url);
    }
    int port = shape.group("port") == null ? defaultPort : Integer.parseInt(shape.group("port"));
    if (port < 1 || port > 65_535) {
      throw refuse("has a port that is not 1 to 65535", url);
    }
    String db = shape.group("db");
    int database = db == null || db.isEmpty() ? 0 : Integer.parseInt(db);
    String host = shape.group("host");
    if (host.startsWith("[")) {
      host = host.substring(1, host.length() - 1);
    }
    boolean tls = scheme.equals("rediss");
    if (at < 0) {
      return new RedisAddress(tls, host, port, database, null, null);
    }
    String login = rest.substring(0, at);
    int split = login.indexOf(':');
    // A login without a colon is a password: early versions of Redis had no users.
    String user = split <= 0 ? null : decode(login.substring(0, split), url);
    return new RedisAddress(
        tls, host, port, database, user, decode(login.substring(split + 1), url));
  }

  /** Another server with the same credentials. */
  public RedisAddress at(String otherHost, int otherPort) {
    return new RedisAddress(tls, otherHost, otherPort, database, user, password);
  }

  /** The same server with other credentials. */
  public RedisAddress login(@Nullable String otherUser, @Nullable String otherPassword) {
    return new RedisAddress(tls, host, port, database, otherUser, otherPassword);
  }

  /** The same server with another database. */
  public RedisAddress database(int other) {
    return new RedisAddress(tls, host, port, other, user, password);
  }

  /** The address in the form of the client library. */
  public RedisURI uri(Duration timeout) {
    RedisURI.Builder uri = RedisURI.builder()
        .withHost(host)
        .withPort(port)
        .withSsl(tls)
        .withDatabase(database)
        .withTimeout(timeout);
    if (password != null) {
      if (user != null) {
        uri.withAuthentication(user, password.toCharArray());
      } else {
        uri.withPassword(password.toCharArray());
      }
    }
    return uri.build();
  }

  /**
   * A text from a server or library, made safe for a log: without the password, on one line, at most 300 characters.
   */
  public String redact(@Nullable String text) {
    if (text == null) {
      return "no reason given";
    }
    String clean = password == null || password.isEmpty() ? text : text.replace(password, "***");
    clean = clean.replaceAll("\\p{Cntrl}+", " ");
    return clean.length() > 300 ? clean.substring(0, 300) + "..." : clean;
  }

  @Override
  public String toString() {
    String login = password == null ? "" : (user == null ? "" : user) + ":***@";
    String name = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    return (tls ? "rediss://" : "redis://") + login + name + ":" + port + "/" + database;
  }

  private static String decode(String text, String url) {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), UTF_8);
    } catch (IllegalArgumentException e) {
      // Show neither the text nor the message of the cause: both hold parts of the password.
      throw refuse("has a user or password that is not percent-encoded properly", url);
    }
  }

  private static IllegalArgumentException refuse(String what, String url) {
    int scheme = url.indexOf("://");
    int at = url.lastIndexOf('@');
    String shown = at < 0
        ? url
        : (scheme < 0 || scheme > at ? "" : url.substring(0, scheme + 3)) + "***"
            + url.substring(at);
    return Settings.REDIS_URL.refusal(SECRET_PARAMETER.matcher(shown).replaceAll("$1=***"), what);
  }
}
