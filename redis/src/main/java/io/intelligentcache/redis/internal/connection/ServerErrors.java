package io.intelligentcache.redis.internal.connection;

import io.intelligentcache.redis.internal.command.Reply;
import io.intelligentcache.redis.internal.settings.Servers;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs the errors with which Redis refuses commands, for example {@code OOM}: once per kind, not per command. */
public final class ServerErrors {
  private static final Logger LOG = LoggerFactory.getLogger(ServerErrors.class);

  private final Servers servers;
  private volatile @Nullable String lastKind; // two threads may log the same kind once each

  public ServerErrors(Servers servers) {
    this.servers = servers;
  }

  public void seen(Reply<?> reply) {
    if (reply instanceof Reply.Failed<?> error) {
      String kind = error.message().split(" ", 2)[0];
      if (!kind.equals(lastKind)) {
        lastKind = kind;
        LOG.warn("{} refuses commands: {}", servers, servers.redact(error.message()));
      }
    }
  }

  public void none() {
    if (lastKind != null) {
      lastKind = null;
    }
  }
}
