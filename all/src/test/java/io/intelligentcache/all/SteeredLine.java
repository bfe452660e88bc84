package io.intelligentcache.all;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.concurrent.TimeUnit.NANOSECONDS;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;

/**
 * The network between one instance and Redis, controlled step by step: a test holds one direction,
 * releases it, or breaks the connections. A setting applies to existing and to later connections.
 */
final class SteeredLine implements AutoCloseable {
  /** What can be held separately. */
  enum Way {
    REQUESTS,
    REPLIES,
    /** Data from Redis on connections that push invalidations, including heartbeats. */
    CHANGES
  }

  private final ServerSocket listener;
  private final int target;
  private final Set<Link> links = new HashSet<>(); // all mutable fields are guarded by this
  private final EnumSet<Way> held = EnumSet.noneOf(Way.class);
  private long requestNanos;
  private long replyNanos;
  private boolean refusing;

  private record Chunk(byte[] bytes, long dueNanos) {}

  /** One connection. Its client may have closed it while its requests are still in flight. */
  private final class Link {
    final Socket client;
    final Socket server;
    final ArrayDeque<Chunk> requests = new ArrayDeque<>();
    final ArrayDeque<Chunk> replies = new ArrayDeque<>();
    boolean clientEnded;
    boolean serverEnded;
    boolean broken;
    boolean tells;

    Link(Socket client) throws IOException {
      this.client = client;
      this.server = new Socket(InetAddress.getLoopbackAddress(), target);
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
    }

    void begin() {
      daemon(() -> take(client, requests, true));
      daemon(() -> take(server, replies, false));
      daemon(() -> deliver(requests, server, true));
      daemon(() -> deliver(replies, client, false));
    }

    private void take(Socket from, ArrayDeque<Chunk> into, boolean fromClient) {
      byte[] buffer = new byte[64 * 1024];
      try {
        for (int n = from.getInputStream().read(buffer);
            n >= 0;
            n = from.getInputStream().read(buffer)) {
          add(Arrays.copyOf(buffer, n), into, fromClient);
        }
      } catch (IOException e) {
        // handled like an orderly end of the stream
      }
      synchronized (SteeredLine.this) {
        clientEnded |= fromClient;
        serverEnded |= !fromClient;
        SteeredLine.this.notifyAll();
      }
    }

    private void add(byte[] bytes, ArrayDeque<Chunk> into, boolean fromClient) {
      synchronized (SteeredLine.this) {
        tells |= fromClient && new String(bytes, ISO_8859_1).contains("TRACKING");
        long delay = tells ? 0 : fromClient ? requestNanos : replyNanos;
        into.add(new Chunk(bytes, System.nanoTime() + delay));
        SteeredLine.this.notifyAll();
      }
    }

    private void deliver(ArrayDeque<Chunk> from, Socket to, boolean toServer) {
      try {
        for (byte[] next = next(from, toServer); next != null; next = next(from, toServer)) {
          to.getOutputStream().write(next);
        }
      } catch (IOException e) {
        // the other side is gone
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      shut(to);
    }

    /** Waits for the next bytes to deliver. Returns null if there will be no more. */
    private byte[] next(ArrayDeque<Chunk> from, boolean toServer) throws InterruptedException {
      synchronized (SteeredLine.this) {
        while (true) {
          Chunk first = from.peek();
          if (broken || (first == null && (toServer ? clientEnded : serverEnded))) {
            return null;
          }
          if (first == null || held.contains(way(toServer))) {
            SteeredLine.this.wait();
            continue;
          }
          long left = first.dueNanos() - System.nanoTime();
          if (left <= 0) {
            return from.remove().bytes();
          }
          NANOSECONDS.timedWait(SteeredLine.this, left);
        }
      }
    }

    private Way way(boolean toServer) {
      return toServer ? Way.REQUESTS : tells ? Way.CHANGES : Way.REPLIES;
    }
  }

  private SteeredLine(int target) throws IOException {
    this.target = target;
    this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    daemon(this::accept);
  }

  static SteeredLine before(int port) {
    try {
      return new SteeredLine(port);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String url() {
    return "redis://127.0.0.1:" + listener.getLocalPort();
  }

  /** Stalls this direction from now on. */
  synchronized void hold(Way way) {
    held.add(way);
  }

  /** Delivers what was stalled, in its order. */
  synchronized void release(Way way) {
    held.remove(way);
    notifyAll();
  }

  synchronized boolean holds(Way way) {
    return held.contains(way);
  }

  synchronized boolean holdsAny() {
    return !held.isEmpty() || refusing;
  }

  /** Whether there are stalled requests that contain this text. */
  synchronized boolean keeps(String text) {
    return links.stream()
        .flatMap(link -> link.requests.stream())
        .anyMatch(chunk -> new String(chunk.bytes(), ISO_8859_1).contains(text));
  }

  /** Delays requests and replies from now on, except on connections that push invalidations. */
  synchronized void delay(Duration requests, Duration replies) {
    requestNanos = requests.toNanos();
    replyNanos = replies.toNanos();
  }

  /** Breaks all connections; stalled data is lost. */
  synchronized void cut() {
    for (Link link : links) {
      link.broken = true;
      shut(link.client);
      shut(link.server);
    }
    links.clear();
    notifyAll();
  }

  /** Breaks the connections of the instance; stalled requests still reach Redis later. */
  synchronized void hangUp() {
    links.forEach(link -> shut(link.client));
  }

  /** Refuses new connections from now on. */
  synchronized void refuse() {
    refusing = true;
  }

  /** Delivers everything that was stalled, and accepts connections again. */
  synchronized void heal() {
    held.clear();
    refusing = false;
    notifyAll();
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
        synchronized (this) {
          if (refusing || listener.isClosed()) {
            shut(client);
            continue;
          }
          Link link = new Link(client);
          links.add(link);
          link.begin();
        }
      } catch (IOException e) {
        // closed, or the server is down: the client sees it
      }
    }
  }

  private static void daemon(Runnable work) {
    Thread thread = new Thread(work, "steered-line");
    thread.setDaemon(true);
    thread.start();
  }

  private static void shut(AutoCloseable socket) {
    try {
      socket.close();
    } catch (Exception e) {
      // the socket is unusable, which is enough
    }
  }
}
