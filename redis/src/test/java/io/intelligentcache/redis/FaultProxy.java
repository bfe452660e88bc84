package io.intelligentcache.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.concurrent.TimeUnit.SECONDS;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** A TCP proxy on 127.0.0.1 that cuts, stalls and refuses connections on command. */
public final class FaultProxy implements AutoCloseable {
  private final ServerSocket listener;
  private final int target;
  private final Set<Link> links = ConcurrentHashMap.newKeySet();
  private final AtomicInteger accepted = new AtomicInteger();
  private volatile boolean refusing;
  private volatile boolean stallingLater;
  private volatile long firstReplyMillis;
  private volatile long timeMillis;
  private final AtomicInteger slowTimes = new AtomicInteger();

  private final class Link {
    final Socket client;
    final Socket server;
    boolean requestsStalled; // guarded by this
    boolean repliesStalled; // guarded by this
    volatile boolean tells; // delivers invalidations
    final AtomicLong nextReplyMillis = new AtomicLong(firstReplyMillis); // delay
    boolean holding; // guarded by this

    Link(Socket client) throws IOException {
      this.client = client;
      this.server = new Socket(InetAddress.getLoopbackAddress(), target);
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
    }

    synchronized void stall(boolean on) {
      requestsStalled = on;
      notifyAll();
    }

    synchronized void stallReplies(boolean on) {
      repliesStalled = on;
      notifyAll();
    }

    synchronized void awaitReplies() throws InterruptedException {
      while (repliesStalled) {
        wait();
      }
    }

    synchronized void awaitUnstalled() throws InterruptedException {
      while (requestsStalled) {
        holding = true;
        notifyAll();
        wait();
      }
    }

    synchronized void hangUpOnClient() throws InterruptedException {
      long deadline = System.nanoTime() + SECONDS.toNanos(10);
      while (!holding && deadline - System.nanoTime() > 0) {
        wait(100);
      }
      shut(client);
    }

    /** Forwards requests. Those that were read are delivered even after the client has closed its side. */
    void requests() {
      try {
        copy(client.getInputStream(), server.getOutputStream(), true);
      } catch (IOException | InterruptedException e) {
        // hung up: the same as an orderly end here
      }
      shut(server);
    }

    void replies() {
      try {
        copy(server.getInputStream(), client.getOutputStream(), false);
      } catch (IOException | InterruptedException e) {
        // hung up: the same as an orderly end here
      }
      shut(client);
    }

    private void copy(InputStream in, OutputStream out, boolean stallable)
        throws IOException, InterruptedException {
      byte[] buffer = new byte[64 * 1024];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        if (stallable) {
          String request = new String(buffer, 0, n, ISO_8859_1);
          tells |= request.contains("TRACKING");
          if (request.contains("\nTIME\r")
              && slowTimes.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            nextReplyMillis.set(timeMillis);
          }
          awaitUnstalled();
        } else {
          Thread.sleep(nextReplyMillis.getAndSet(0));
          awaitReplies();
        }
        out.write(buffer, 0, n);
      }
    }
  }

  private FaultProxy(int target) throws IOException {
    this.target = target;
    this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    daemon(this::accept);
  }

  /** A proxy in front of a port of this machine. */
  public static FaultProxy before(int port) {
    try {
      return new FaultProxy(port);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public int port() {
    return listener.getLocalPort();
  }

  public String url() {
    return "redis://127.0.0.1:" + port();
  }

  /** The number of connections accepted so far. */
  public int accepted() {
    return accepted.get();
  }

  /** Stalls the replies on connections that deliver invalidations. */
  public void stallFeeds() {
    links.stream().filter(link -> link.tells).forEach(link -> link.stallReplies(true));
  }

  /** Stalls the replies on all other connections. */
  public void stallReplies() {
    links.stream().filter(link -> !link.tells).forEach(link -> link.stallReplies(true));
  }

  /** Closes the connections that deliver invalidations. */
  public void cutFeeds() {
    links.stream().filter(link -> link.tells).forEach(link -> {
      shut(link.client);
      shut(link.server);
    });
  }

  /** Closes every connection. */
  public void cut() {
    links.forEach(link -> {
      shut(link.client);
      shut(link.server);
    });
    links.clear();
  }

  /** Stalls the requests on the present connections. Later connections are not affected. */
  public void stallRequests() {
    links.forEach(link -> link.stall(true));
  }

  /** Stalls the requests on later connections. */
  public void stallLaterConnections() {
    stallingLater = true;
  }

  /** Delays the first reply on each later connection. */
  public void delayFirstReplies(Duration delay) {
    firstReplyMillis = delay.toMillis();
  }

  /** Delays the next replies to {@code TIME}. */
  public void delayTimes(Duration delay, int replies) {
    timeMillis = delay.toMillis();
    slowTimes.set(replies);
  }

  /** Waits until requests are stalled, then closes the clients' side. The requests are kept. */
  public void hangUpOnClients() throws InterruptedException {
    for (Link link : links) {
      link.hangUpOnClient();
    }
  }

  /** Closes later connections at once. */
  public void refuse() {
    refusing = true;
  }

  /** Delivers the stalled requests and replies, and accepts connections again. */
  public void heal() {
    refusing = false;
    stallingLater = false;
    links.forEach(link -> {
      link.stall(false);
      link.stallReplies(false);
    });
  }

  @Override
  public void close() {
    shut(listener);
    heal();
    cut();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        if (refusing) {
          client.close();
          continue;
        }
        Link link = new Link(client);
        link.stall(stallingLater);
        links.add(link);
        accepted.incrementAndGet();
        daemon(link::requests);
        daemon(link::replies);
      } catch (IOException e) {
        // closed, or the server is down: the client notices it
      }
    }
  }

  private static void daemon(Runnable work) {
    Thread thread = new Thread(work, "fault-proxy");
    thread.setDaemon(true);
    thread.start();
  }

  private static void shut(AutoCloseable socket) {
    try {
      socket.close();
    } catch (Exception e) {
      // as good as closed
    }
  }
}
