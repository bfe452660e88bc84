package io.intelligentcache.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.redis.internal.connection.Connections;
import io.intelligentcache.redis.internal.operation.Leases;
import io.intelligentcache.redis.internal.script.Script;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.StaticCredentialsProvider;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Another application on the same server. Its keys are texts, its values bytes. */
public final class RawRedis implements AutoCloseable {
  private final RedisClient client;
  private final StatefulRedisConnection<String, byte[]> connection;

  private long lastLogged = -1; // under the lock, like the next one
  private long keysAsked;

  /** Opened when it is needed, because tests count connections. */
  private @Nullable StatefulRedisConnection<byte[], byte[]> binary;

  public RawRedis(RedisServerProcess server) {
    this(server, "");
  }

  public RawRedis(RedisServerProcess server, String password) {
    RedisURI uri = RedisURI.create(server.url());
    if (!password.isEmpty()) {
      uri.setCredentialsProvider(new StaticCredentialsProvider(null, password.toCharArray()));
    }
    uri.setTimeout(Duration.ofSeconds(20));
    client = RedisClient.create(uri);
    connection = client.connect(RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE));
  }

  public RedisCommands<String, byte[]> commands() {
    return connection.sync();
  }

  /** Allows a user everything except what these rules forbid. */
  public void allow(String user, String password, String... rules) {
    CommandArgs<String, byte[]> all = new CommandArgs<>(
            RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE))
        .add("SETUSER")
        .add(user)
        .add("on")
        .add(">" + password)
        .add("~*")
        .add("&*")
        .add("+@all");
    for (String rule : rules) {
      all.add(rule);
    }
    connection
        .sync()
        .dispatch(
            CommandType.ACL,
            new StatusOutput<>(RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE)),
            all);
  }

  /** Runs one of the tier's scripts. */
  public void run(Script<?> script, String name, byte[]... arguments) {
    var unused = answer(script, List.of(name), arguments);
  }

  /** The answer of one of the tier's scripts. */
  public <T extends @Nullable Object> T answer(
      Script<T> script, List<String> names, byte[]... arguments) {
    byte[][] keys = names.stream().map(name -> name.getBytes(UTF_8)).toArray(byte[][]::new);
    return script
        .runWhole(binary().async(), keys, arguments)
        .toCompletableFuture()
        .join();
  }

  private StatefulRedisConnection<byte[], byte[]> binary() {
    StatefulRedisConnection<byte[], byte[]> open = binary;
    if (open == null) {
      open = client.connect(ByteArrayCodec.INSTANCE);
      binary = open;
    }
    return open;
  }

  /** How many commands and scripts that may read a key the server has executed since it was started. */
  public long calls() {
    return connection
        .sync()
        .info("commandstats")
        .lines()
        .filter(line -> line.matches("cmdstat_(getrange|evalsha|eval):.*"))
        .mapToLong(line -> Long.parseLong(line.split("[=,]", 3)[1]))
        .sum();
  }

  /**
   * How many commands and scripts about an entry the server has executed since this was first called. The periodic
   * look at the clock, which every instance does, is not about an entry.
   */
  public synchronized long keysAsked() {
    if (lastLogged < 0) { // the log of slow commands, with all commands in it
      connection.sync().configSet("slowlog-max-len", "10000");
      connection.sync().configSet("slowlog-log-slower-than", "0");
      lastLogged = 0;
    }
    long newest = lastLogged;
    for (Object logged : connection.sync().slowlogGet(10_000)) {
      List<?> entry = (List<?>) logged; // number, time, duration, words, client
      long number = (Long) entry.get(0);
      if (number <= lastLogged) {
        break;
      }
      newest = Math.max(newest, number);
      List<String> words = ((List<?>) entry.get(3)).stream().map(RawRedis::text).toList();
      if (words.get(0).matches("(?i)getrange|evalsha|eval")
          && words.stream().skip(1).anyMatch(word -> word.matches("(?s)[^:]+:[^:]*:[^:]*:.*"))) {
        keysAsked++;
      }
    }
    lastLogged = newest;
    return keysAsked;
  }

  private static String text(Object word) {
    return word instanceof byte[] bytes ? new String(bytes, UTF_8) : word.toString();
  }

  /** How often the server executed a command. */
  public long executed(String command) {
    return connection
        .sync()
        .info("commandstats")
        .lines()
        .filter(line -> line.startsWith("cmdstat_" + command + ":"))
        .mapToLong(line -> Long.parseLong(line.split("[=,]", 3)[1]))
        .sum();
  }

  /** The names of all entries, leases and tombstones of all namespaces. */
  public List<String> entries() {
    return connection.sync().keys("*:*:*:*");
  }

  /** The names in a namespace under which an instance holds a lease. */
  public List<String> heldLeases(String namespace) {
    return connection.sync().keys(namespace + ":*").stream()
        .filter(name -> {
          byte[] found = connection.sync().get(name);
          return found != null
              && Leases.isLease(found)
              && ByteBuffer.wrap(found).getLong(40) != 0 // its holder
              && ByteBuffer.wrap(found).getLong(32) > micros() / 1_000;
        })
        .toList();
  }

  /** Returns when the server's clock has advanced by this time. */
  public void letPass(long millis) {
    long until = micros() + 1_000 * millis;
    await().atMost(20, SECONDS).pollInterval(5, MILLISECONDS).until(() -> micros() >= until);
  }

  public long micros() {
    return Connections.micros(connection.sync().time());
  }

  /** The version in the bytes under a name; 0 if there are none. */
  public long version(String name) {
    byte[] found = connection.sync().get(name);
    return found == null ? 0 : version(found);
  }

  public static long version(byte[] record) {
    return ByteBuffer.wrap(record).getLong(8);
  }

  @Override
  public void close() {
    client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
  }
}
