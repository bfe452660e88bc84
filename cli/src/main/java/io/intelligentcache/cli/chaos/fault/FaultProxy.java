package io.intelligentcache.cli.chaos.fault;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.intelligentcache.cli.console.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * A TCP proxy on 127.0.0.1 between an instance and Redis. On request it cuts, stalls, slows and refuses
 * connections. Each connection takes two threads. Thread-safe.
 */
public final class FaultProxy implements AutoCloseable {
  private static final int BUFFER_BYTES = 64 * 1024;
  private static final int BACKLOG = 50;

  /**
   * The delay of slow requests. An instance learns the time of Redis over one of its
   * connections. If that connection is slow, the instance measures a clock error of up to half
   * of this delay, and allows for it when it compares writes. If only its other connections are
   * slow, it takes its clock for exact.
   */
  private static final Duration SLOWNESS = Duration.ofMillis(50);

  /** A word of the command that subscribes to invalidations. */
  private static final String TRACKING = "TRACKING";

  private volatile int target; // 0 until known
  private final ServerSocket listener;
  private final Valve requests = new Valve();
  private final Valve replies = new Valve();
  private final Valve dataRequests = new Valve();
  private final AtomicInteger races = new AtomicInteger();
  private final Set<Link> links = ConcurrentHashMap.newKeySet();
  private volatile boolean refusing;

  /** Lets the bytes of one direction pass, on all connections. While it is shut, nothing passes. */
  private static final class Valve {
    private boolean shut; // guarded by this
    private volatile long delayNanos;

    synchronized void set(boolean on) {
      shut = on;
      notifyAll();
    }

    void delay(Duration each) {
      delayNanos = each.toNanos();
    }

    void pass() throws InterruptedException {
      if (delayNanos > 0) {
        LockSupport.parkNanos(delayNanos);
      }
      awaitOpen();
    }

    private synchronized void awaitOpen() throws InterruptedException {
      while (shut) {
        wait();
      }
    }
  }

  private final class Link {
    final Socket client;
    final Socket server;
    private boolean pushes; // request thread only

    Link(Socket client) throws IOException {
      this.client = client;
      this.server = new Socket(InetAddress.getLoopbackAddress(), target);
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
    }

    /**
     * Forwards requests. Requests that were read reach the server even if the
     * client has hung up meanwhile.
     */
    void carryRequests() {
      carry(client, server, this::passRequest);
      quietly(server);
      links.remove(this);
    }

    void carryReplies() {
      carry(server, client, (buffer, bytes) -> replies.pass());
      quietly(client);
    }

    private void passRequest(byte[] buffer, int bytes) throws InterruptedException {
      pushes |= new String(buffer, 0, bytes, ISO_8859_1).contains(TRACKING);
      if (!pushes) {
        dataRequests.pass();
        if (races.get() > 0) {
          LockSupport.parkNanos(SLOWNESS.toNanos());
        }
      }
      requests.pass();
    }

    void cut() {
      quietly(client);
      quietly(server);
    }
  }

  /**
   * A proxy that lets everything through.
   *
   * @param target the port of the server, on this machine
   */
  public FaultProxy(int target) {
    this();
    this.target = target;
  }

  /** A proxy for a server that is not started yet, see {@link #target(int)}. */
  public FaultProxy() {
    try {
      this.listener = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
    } catch (IOException failure) {
      throw Failure.of("can't listen on 127.0.0.1: " + failure, failure);
    }
    start(this::accept);
  }

  public String url() {
    return "redis://127.0.0.1:" + port();
  }

  public int port() {
    return listener.getLocalPort();
  }

  /** Sets the port of the server. */
  public void target(int port) {
    target = port;
  }

  /** Injects a network fault, and returns the action that ends it. */
  public Heal strike(FaultKind kind) {
    switch (kind) {
      case CUT -> {
        cut();
        return Heal.NOTHING;
      }
      case STALL_REPLIES -> stallReplies(true);
      case STALL_DATA -> stallData(true);
      case PARTITION -> {
        stallRequests(true);
        stallReplies(true);
      }
      case HANG_UP -> {
        stallRequests(true);
        return () -> {
          hangUp();
          heal();
        };
      }
      case SLOW -> {
        delayRequests(SLOWNESS);
        cut();
      }
      case SLOW_DATA -> dataRequests.delay(SLOWNESS);
      case REFUSE -> {
        refuse(true);
        cut();
      }
      default -> stallRequests(true);
    }
    return this::heal;
  }

  /** Closes every open connection. */
  public void cut() {
    links.forEach(Link::cut);
  }

  /** Closes the clients' side only: stalled requests still reach the server later. */
  void hangUp() {
    links.forEach(link -> quietly(link.client));
  }

  /** Stalls requests, or lets them continue. */
  void stallRequests(boolean on) {
    requests.set(on);
  }

  /**
   * Stalls requests on all connections over which Redis does not push
   * invalidations, or lets them continue.
   */
  void stallData(boolean on) {
    dataRequests.set(on);
  }

  /** Stalls replies, or lets them continue. */
  void stallReplies(boolean on) {
    replies.set(on);
  }

  /** Delays each request by this duration. Replies are not delayed. */
  void delayRequests(Duration by) {
    requests.delay(by);
  }

  /** Closes each new connection at once, or accepts new connections again. */
  public void refuse(boolean on) {
    refusing = on;
  }

  /**
   * Slows requests on connections that do not push invalidations, until {@link
   * #endRace}. Races may overlap.
   */
  public void beginRace() {
    races.incrementAndGet();
  }

  public void endRace() {
    races.decrementAndGet();
  }

  void heal() {
    refusing = false;
    requests.delay(Duration.ZERO);
    dataRequests.delay(Duration.ZERO);
    requests.set(false);
    dataRequests.set(false);
    replies.set(false);
  }

  @Override
  public void close() {
    quietly(listener);
    heal();
    cut();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        if (refusing) {
          quietly(client);
        } else {
          connect(client);
        }
      } catch (IOException closed) {
        // the loop checks whether the listener is closed
      }
    }
  }

  private void connect(Socket client) {
    try {
      var link = new Link(client);
      links.add(link);
      start(link::carryRequests);
      start(link::carryReplies);
      if (listener.isClosed()) {
        link.cut();
      }
    } catch (IOException serverIsAway) {
      quietly(client);
    }
  }

  /** Forwards bytes, possibly with a delay. */
  private interface Passage {
    void pass(byte[] buffer, int bytes) throws InterruptedException;
  }

  private static void carry(Socket from, Socket to, Passage passage) {
    byte[] buffer = new byte[BUFFER_BYTES];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        passage.pass(buffer, n);
        out.write(buffer, 0, n);
      }
    } catch (IOException | InterruptedException hungUp) {
      // handled like an orderly end of the stream
    }
  }

  private static void start(Runnable work) {
    var thread = new Thread(work, "icm-fault-proxy");
    thread.setDaemon(true);
    thread.start();
  }

  private static void quietly(AutoCloseable socket) {
    try {
      socket.close();
    } catch (Exception alreadyGone) {
      // the socket is unusable, which is enough
    }
  }
}
