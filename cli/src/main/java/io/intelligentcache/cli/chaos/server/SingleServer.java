package io.intelligentcache.cli.chaos.server;

import io.intelligentcache.cli.chaos.Settings;
import io.intelligentcache.cli.chaos.fault.FaultKind;
import io.intelligentcache.cli.chaos.fault.Heal;
import io.intelligentcache.cli.chaos.traffic.Lanes;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One server for all instances.
 *
 * @param server the running server
 * @param clock sets its wall clock wrong; null if this machine does not support that
 */
record SingleServer(RedisServer server, @Nullable ServerTime clock) implements Deployment {
  static SingleServer launch(Settings settings, Path directory) {
    String[] options = settings.serverOptions().toArray(String[]::new);
    ServerTime clock =
        settings.jumpsServerClock() ? ServerTime.build(directory, settings.seed()) : null;
    if (clock == null) {
      return new SingleServer(RedisServer.launch(settings.binary(), directory, options), null);
    }
    RedisServer server =
        RedisServer.launch(settings.binary(), directory, clock.environment(), options);
    return new SingleServer(server, clock.takesEffectAt(server) ? clock : null);
  }

  @Override
  public Set<FaultKind> impossible() {
    return clock == null
        ? EnumSet.of(FaultKind.SERVER_CLOCK_AHEAD, FaultKind.SERVER_CLOCK_BEHIND)
        : EnumSet.noneOf(FaultKind.class);
  }

  @Override
  public Route route() {
    return Route.throughProxy(server.port());
  }

  @Override
  public Heal strike(FaultKind kind, Lanes lanes) {
    long start = lanes.now();
    switch (kind) {
      case FREEZE -> {
        server.freeze();
        return server::thaw;
      }
      case CRASH -> {
        server.kill();
        lanes.serverForgot(start);
        return () -> {
          server.start();
          lanes.serverForgot(start);
        };
      }
      case SERVER_CLOCK_AHEAD, SERVER_CLOCK_BEHIND -> {
        return jump(kind == FaultKind.SERVER_CLOCK_AHEAD, start, lanes);
      }
      case FLUSH -> {
        server.tell("FLUSHALL");
        lanes.serverForgot(start);
      }
      default -> server.tell("SCRIPT", "FLUSH");
    }
    return Heal.NOTHING;
  }

  private Heal jump(boolean ahead, long start, Lanes lanes) {
    if (clock == null) {
      throw new IllegalStateException("the clock of Redis can't be set");
    }
    clock.jump(ahead);
    lanes.clockJumped(start);
    return () -> {
      clock.reset();
      lanes.clockJumped(start);
    };
  }

  @Override
  public void close() {
    server.close();
  }
}
