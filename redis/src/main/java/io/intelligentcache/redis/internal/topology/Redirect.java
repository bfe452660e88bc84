package io.intelligentcache.redis.internal.topology;

import io.intelligentcache.redis.internal.settings.RedisAddress;
import org.jspecify.annotations.Nullable;

/**
 * A redirection: the server answers that another one has to be asked, permanently ({@code MOVED}), or for one command
 * while the slot moves ({@code ASK}).
 */
record Redirect(boolean asks, RedisAddress to) {
  /** Parses an error of a server, for example {@code MOVED 3999 127.0.0.1:6381}; null if it is no redirection. */
  static @Nullable Redirect of(String error, RedisAddress from) {
    boolean asks = error.startsWith("ASK ");
    if (!asks && !error.startsWith("MOVED ")) {
      return null;
    }
    String endpoint = error.substring(error.lastIndexOf(' ') + 1);
    int colon = endpoint.lastIndexOf(':');
    int port = colon < 0 ? 0 : ClusterNode.number(endpoint.substring(colon + 1));
    if (port < 1 || port > 65_535) {
      return null;
    }
    String host = endpoint.substring(0, colon);
    // A server that does not know its own address, or hides it, means the address by which it is
    // known here.
    return new Redirect(
        asks, from.at(host.isEmpty() || host.equals("?") ? from.host() : host, port));
  }
}
