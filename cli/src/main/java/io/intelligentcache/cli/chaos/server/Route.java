package io.intelligentcache.cli.chaos.server;

import io.intelligentcache.cli.chaos.fault.FaultProxy;
import io.intelligentcache.redis.Redis;
import io.intelligentcache.tier.SharedTierFactory;
import org.jspecify.annotations.Nullable;

/**
 * An instance's way to Redis.
 *
 * @param redis the tier at its end
 * @param proxy what lies between, for network faults to strike; null if nothing does
 */
public record Route(SharedTierFactory redis, @Nullable FaultProxy proxy) implements AutoCloseable {
  /** Through a proxy of its own to a port of this machine. */
  static Route throughProxy(int port) {
    var proxy = new FaultProxy(port);
    return new Route(Redis.at(proxy.url()), proxy);
  }

  /** Nothing passes any more, where that can be had. */
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
