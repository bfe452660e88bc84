package io.intelligentcache.redis.internal.connection;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.intelligentcache.redis.internal.settings.RedisAddress;
import io.intelligentcache.tier.Scheduler;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisClient;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.DefaultEventLoopGroupProvider;
import io.lettuce.core.resource.NettyCustomizer;
import io.lettuce.core.resource.Transports;
import io.lettuce.core.sentinel.api.StatefulRedisSentinelConnection;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.socket.SocketChannel;
import io.netty.resolver.dns.DnsAddressResolverGroup;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.util.HashedWheelTimer;
import io.netty.util.concurrent.DefaultEventExecutorGroup;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.EventExecutorGroup;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The client library with its threads. It is configured so that it does not reconnect, queue while disconnected, or
 * replay commands. It has no timeouts for commands: the tier's own timeouts also track the commands that are late.
 *
 * <p>The library's timeouts, for connecting and for the first commands of a connection, follow real time, as do the
 * waits for the end of its threads. The tier's own timeouts are {@link Deadlines}: they follow the manager's scheduler.
 *
 * <p>Three daemon threads: one event loop that all connections share, so that their events have a single order; one for
 * the library's own events and for what follows the tier's deadlines; one timer of the library.
 */
public final class LettuceClient {
  private final HashedWheelTimer timer = new HashedWheelTimer(daemon("icm-redis-timer"));
  private final EventExecutorGroup events =
      new DefaultEventExecutorGroup(1, daemon("icm-redis-events"));
  private final DefaultEventLoopGroupProvider loops = new DefaultEventLoopGroupProvider(
      1, (io.lettuce.core.resource.ThreadFactoryProvider) pool -> daemon("icm-redis-io"));
  /**
   * The tier's own resolver, so that it can be closed. The library's resolver keeps one socket open for each client
   * that was ever created.
   */
  private final DnsAddressResolverGroup names =
      new DnsAddressResolverGroup(new DnsNameResolverBuilder()
          .datagramChannelType(Transports.datagramChannelClass())
          .socketChannelType(Transports.socketChannelClass().asSubclass(SocketChannel.class)));

  private final DefaultClientResources resources;
  private final RedisClient client;
  private final Deadlines deadlines;
  /**
   * How long one attempt to connect may take. The library also applies it to the first commands of a connection.
   */
  private final Duration connectTimeout;

  private volatile @Nullable EventExecutor loop; // set before the first connection is open

  /**
   * Creates it, without any connection.
   *
   * @param connectTimeout how long one attempt to connect may take
   * @param queue how many commands a connection queues at most
   */
  public LettuceClient(Duration connectTimeout, int queue, Scheduler scheduler) {
    this.connectTimeout = connectTimeout;
    events.next().execute(() -> {}); // else the first deadline starts it, and its scheduler waits
    deadlines = new Deadlines(scheduler, events);
    resources = DefaultClientResources.builder()
        .eventLoopGroupProvider(loops)
        .eventExecutorGroup(events)
        .addressResolverGroup(names)
        .timer(timer)
        .commandLatencyRecorder(CommandLatencyRecorder.disabled())
        .nettyCustomizer(new NettyCustomizer() {
          @Override
          public void afterBootstrapInitialized(Bootstrap bootstrap) {
            loop = bootstrap.config().group().next();
          }
        })
        .build();
    client = RedisClient.create(resources);
    client.setOptions(ClientOptions.builder()
        .autoReconnect(false)
        .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
        .requestQueueSize(queue)
        .timeoutOptions(TimeoutOptions.builder().timeoutCommands(false).build())
        .maintNotificationsConfig(MaintNotificationsConfig.disabled())
        .socketOptions(SocketOptions.builder().connectTimeout(connectTimeout).build())
        .build());
  }

  public CompletableFuture<StatefulRedisConnection<byte[], byte[]>> connect(RedisAddress address) {
    return client
        .connectAsync(ByteArrayCodec.INSTANCE, address.uri(connectTimeout))
        .toCompletableFuture();
  }

  CompletableFuture<StatefulRedisPubSubConnection<byte[], byte[]>> connectPubSub(
      RedisAddress address) {
    return client
        .connectPubSubAsync(ByteArrayCodec.INSTANCE, address.uri(connectTimeout))
        .toCompletableFuture();
  }

  public CompletableFuture<StatefulRedisSentinelConnection<String, String>> connectSentinel(
      RedisAddress address) {
    return client.connectSentinelAsync(StringCodec.UTF8, address.uri(connectTimeout));
  }

  /** The event loop of all connections. Must not be called before the first connection. */
  public EventExecutor loop() {
    EventExecutor known = loop;
    if (known == null) {
      throw new IllegalStateException("asked for the event loop before the first connection");
    }
    return known;
  }

  /** The tier's own deadlines. */
  public Deadlines deadlines() {
    return deadlines;
  }

  /** How long one attempt to connect may take. */
  public Duration connectTimeout() {
    return connectTimeout;
  }

  /**
   * Ends the threads when {@code before} is done. It returns within about three seconds in any case, also when the
   * server hangs.
   */
  public void close(CompletableFuture<?> before) {
    names.close(); // first: it needs the event loop to close its socket
    try {
      before.thenCompose(done -> client.shutdownAsync(0, 1, SECONDS)).get(1, SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      // The threads are stopped below, also if the connections are not closed properly.
    }
    deadlines.close();
    timer.stop();
    stop(resources.shutdown(0, 1, SECONDS));
    stop(loops.shutdown(0, 1, SECONDS));
    stop(events.shutdownGracefully(0, 1, SECONDS));
  }

  private static void stop(Future<?> stopping) {
    stopping.awaitUninterruptibly(1, SECONDS);
  }

  private static ThreadFactory daemon(String name) {
    return new NettyThreads(name);
  }
}
