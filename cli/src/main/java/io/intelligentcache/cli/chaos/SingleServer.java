package io.intelligentcache.cli.chaos;

/**
 * One server for all.
 *
 * @param server started
 */
record SingleServer(RedisServer server) implements Deployment {
  @Override
  public Route route() {
    return Route.throughProxy(server.port());
  }

  @Override
  public Heal strike(FaultKind kind, Ledger ledger) {
    long start = ledger.now();
    switch (kind) {
      case FREEZE -> {
        server.freeze();
        return server::thaw;
      }
      case CRASH -> {
        server.kill();
        ledger.serverForgot(start);
        return () -> {
          server.start();
          ledger.serverForgot(start);
        };
      }
      case FLUSH -> {
        server.tell("FLUSHALL");
        ledger.serverForgot(start);
      }
      default -> server.tell("SCRIPT", "FLUSH");
    }
    return Heal.NOTHING;
  }

  @Override
  public void close() {
    server.close();
  }
}
