package io.intelligentcache.cli.chaos.server;

import io.intelligentcache.cli.chaos.fault.FaultProxy;
import io.intelligentcache.redis.Redis;
import io.intelligentcache.tier.SharedTierFactory;
import org.jspecify.annotations.Nullable;

/**
 * The route of an instance to Redis.
 *
 * @param redis the tier at its end
 * @param proxy the proxy in between, for network faults; null if there is none
 */
public record Route(SharedTierFactory redis, @Nullable FaultProxy proxy) implements AutoCloseable {
  /** A route with its own proxy to a port of this machine. */
  static Route throughProxy(int port) {
    var proxy = new FaultProxy(port);
    return new Route(Redis.at(proxy.url()), proxy);
  }

  /** Cuts all connections and refuses new ones, if the route has a proxy. */
  public void sever() {
    if (proxy != null) {
      proxy.refuse(true);
      proxy.cut();
    }
  }

  @Override
  public void close() {
    if (proxy != null) {
      proxy.close();
    }
  }
}
