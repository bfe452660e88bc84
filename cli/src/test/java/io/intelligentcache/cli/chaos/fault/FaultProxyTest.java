package io.intelligentcache.cli.chaos.fault;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The proxy between two sockets of the test. */
final class FaultProxyTest {
  private static final int SOON_MILLIS = 200;
  private static final int LATE_MILLIS = 10_000;

  private ServerSocket listener;
  private FaultProxy proxy;
  private Socket client;
  private Socket server;

  @BeforeEach
  void open() throws IOException {
    listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    proxy = new FaultProxy(listener.getLocalPort());
    client = connect();
    server = listener.accept();
    server.setSoTimeout(LATE_MILLIS);
    pass(client, server, 1);
  }

  @AfterEach
  void close() throws IOException {
    proxy.close();
    client.close();
    server.close();
    listener.close();
  }

  private Socket connect() throws IOException {
    int port = URI.create(proxy.url()).getPort();
    var socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(LATE_MILLIS);
    return socket;
  }

  private static void pass(Socket from, Socket to, int what) throws IOException {
    from.getOutputStream().write(what);
    assertThat(to.getInputStream().read()).isEqualTo(what);
  }

  private static void assertSilent(Socket socket) throws IOException {
    socket.setSoTimeout(SOON_MILLIS);
    InputStream in = socket.getInputStream();
    assertThatThrownBy(in::read).isInstanceOf(SocketTimeoutException.class);
    socket.setSoTimeout(LATE_MILLIS);
  }

  @Test
  void requestsThatAreStalledArriveAfterHealing() throws IOException {
    proxy.stallRequests(true);
    client.getOutputStream().write(7);
    assertSilent(server);
    pass(server, client, 8);

    proxy.heal();

    assertThat(server.getInputStream().read()).isEqualTo(7);
  }

  @Test
  void repliesThatAreStalledArriveAfterHealing() throws IOException {
    proxy.stallReplies(true);
    pass(client, server, 7);
    server.getOutputStream().write(8);
    assertSilent(client);

    proxy.heal();

    assertThat(client.getInputStream().read()).isEqualTo(8);
  }

  @Test
  void requestsArriveEvenIfTheClientHasHungUp() throws IOException {
    proxy.stallRequests(true);
    client.getOutputStream().write(7);
    assertSilent(server);

    proxy.hangUp();
    assertThat(client.getInputStream().read()).isEqualTo(-1);
    proxy.heal();

    assertThat(server.getInputStream().read()).isEqualTo(7);
    assertThat(server.getInputStream().read()).isEqualTo(-1);
  }

  @Test
  void aCutEndsConnectionsOnBothSidesAndFurtherOnesPass() throws IOException {
    proxy.cut();

    assertThat(client.getInputStream().read()).isEqualTo(-1);
    assertThat(server.getInputStream().read()).isEqualTo(-1);
    try (Socket again = connect();
        Socket there = listener.accept()) {
      pass(again, there, 3);
    }
  }

  @Test
  void requestsThatAreSlowedArriveLaterAndRepliesDoNot() throws IOException {
    var delay = Duration.ofMillis(SOON_MILLIS);
    proxy.delayRequests(delay);
    long sent = System.nanoTime();
    pass(client, server, 7);
    assertThat(Duration.ofNanos(System.nanoTime() - sent)).isGreaterThanOrEqualTo(delay);

    proxy.delayRequests(Duration.ofMillis(2 * LATE_MILLIS));
    pass(server, client, 8);
  }

  @Test
  void dataIsStalledAndAConnectionThatPushesIsNot() throws IOException {
    try (Socket subscriber = connect();
        Socket there = listener.accept()) {
      there.setSoTimeout(LATE_MILLIS);
      byte[] command = "CLIENT TRACKING ON".getBytes(US_ASCII);
      subscriber.getOutputStream().write(command);
      assertThat(there.getInputStream().readNBytes(command.length)).isEqualTo(command);

      Heal heal = proxy.strike(FaultKind.STALL_DATA);
      client.getOutputStream().write(7);
      pass(subscriber, there, 8);
      assertSilent(server);
      heal.heal();

      assertThat(server.getInputStream().read()).isEqualTo(7);
    }
  }

  @Test
  void requestsOfARaceAreSlowUntilItEnds() throws IOException {
    proxy.beginRace();
    long sent = System.nanoTime();
    pass(client, server, 7);
    assertThat(Duration.ofNanos(System.nanoTime() - sent))
        .isGreaterThanOrEqualTo(Duration.ofMillis(50));

    proxy.endRace();
    pass(client, server, 8);
  }

  @Test
  void refusesFurtherConnectionsUntilHealed() throws IOException {
    proxy.refuse(true);
    try (Socket refused = connect()) {
      assertThat(refused.getInputStream().read()).isEqualTo(-1);
    }
    pass(client, server, 4);

    proxy.heal();

    try (Socket again = connect();
        Socket there = listener.accept()) {
      pass(again, there, 5);
    }
  }

  @Test
  void aConnectionThatTheServerClosesIsClosedForTheClient() throws IOException {
    server.close();

    assertThat(client.getInputStream().read()).isEqualTo(-1);
  }

  @Test
  void endsItsThreadsWhenClosed() {
    proxy.stallRequests(true);
    proxy.close();

    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThatThrownBy(this::connect).isInstanceOf(IOException.class));
  }
}
