package io.intelligentcache.redis.internal.topology;

import static java.util.Objects.requireNonNull;
import static java.util.concurrent.CompletableFuture.completedFuture;
import static java.util.concurrent.CompletableFuture.failedFuture;
import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.redis.internal.Connectors;
import io.intelligentcache.redis.internal.connection.LettuceClient;
import io.intelligentcache.redis.internal.connection.Primary;
import io.intelligentcache.redis.internal.settings.RedisAddress;
import io.intelligentcache.redis.internal.settings.RedisLimits;
import io.intelligentcache.redis.internal.settings.Servers;
import io.intelligentcache.tier.FakeScheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The topology, tested without any reachable server. */
final class TopologyTest {
  private static final int SLOTS = 16;
  private static final RedisAddress A = RedisAddress.parse("redis://127.0.0.1:1");
  private static final RedisAddress B = A.at("127.0.0.1", 2);
  private static final Duration TIMEOUT = Duration.ofSeconds(1);

  private final FakeScheduler scheduler = new FakeScheduler();
  private final LettuceClient client = new LettuceClient(TIMEOUT, 10, scheduler);
  private final Connector connector = Connectors.of(client, RedisLimits.DEFAULTS);
  private CompletableFuture<SlotMap> answer = completedFuture(layout(A, 0, SLOTS));
  private final Topology topology = topology(Duration.ZERO);
  private final List<String> heard = new ArrayList<>();

  @AfterEach
  void close() {
    client.close(topology.close());
  }

  private Topology topology(Duration interval) {
    return new Topology(
        new Servers.One(A), known -> answer, SLOTS, interval, connector, scheduler::nanos);
  }

  private static SlotMap layout(RedisAddress address, int from, int to) {
    BitSet slots = new BitSet();
    slots.set(from, to);
    return new SlotMap(Map.of(address, slots), Map.of());
  }

  @Test
  void listenersHearOfServersThatComeAndGoAndOfKeysThatMove() {
    topology.addListener(new Topology.Listener() {
      @Override
      public void primaryAppeared(Primary primary) {
        heard.add("appeared " + primary.address().port());
      }

      @Override
      public void primaryGone(Primary primary) {
        heard.add("gone " + primary.address().port());
      }

      @Override
      public void moved() {
        heard.add("moved");
      }
    });
    topology.tend();
    assertThat(heard).containsExactly("appeared 1", "moved");
    topology.tend();
    assertThat(heard).hasSize(2);
    answer = completedFuture(layout(B, 0, SLOTS));
    topology.tend();
    assertThat(heard).containsExactly("appeared 1", "moved", "gone 1", "appeared 2", "moved");
  }

  @Test
  void anAnswerThatIsNoNewsDoesNotUndoARedirection() {
    topology.tend();
    topology.find(B);
    topology.moved(3, B);
    topology.tend();
    topology.tend();
    assertThat(owner(3)).isEqualTo(B);
    assertThat(owner(4)).isEqualTo(A);
    topology.moved(3, A);
    topology.tend();
    assertThat(owner(3)).isEqualTo(A);
  }

  @Test
  void aSlotThatNobodyOwnsHasNoOwnerUntilSomebodyDoes() {
    topology.tend();
    answer = completedFuture(layout(A, 0, 8));
    topology.tend();
    assertThat(topology.owner(8)).isNull();
    assertThat(owner(7)).isEqualTo(A);
    answer = completedFuture(layout(A, 0, SLOTS));
    topology.tend();
    assertThat(owner(8)).isEqualTo(A);
  }

  @Test
  void whatIsKnownStaysWhileNobodyCanBeAsked() {
    topology.tend();
    answer = failedFuture(new IllegalStateException("nobody answers"));
    topology.tend();
    assertThat(owner(0)).isEqualTo(A);
    answer = completedFuture(layout(B, 0, SLOTS));
    topology.tend();
    assertThat(owner(0)).isEqualTo(B);
  }

  @Test
  void aServerThatIsOnlyNamedIsConnectedTo() {
    topology.tend();
    assertThat(topology.find(B)).isNull();
    topology.tend();
    Primary named = topology.find(B);
    assertThat(named).isNotNull();
    topology.tend();
    assertThat(topology.primaries()).contains(named);
  }

  @Test
  void theOwnersAreAskedForAtIntervalsAndSoonerIfTheySeemToBeWrong() {
    AtomicInteger asked = new AtomicInteger();
    Topology patient = new Topology(
        new Servers.One(A),
        known -> {
          asked.incrementAndGet();
          return answer;
        },
        SLOTS,
        Duration.ofMillis(300),
        connector,
        scheduler::nanos);
    patient.tend();
    patient.tend();
    assertThat(asked).hasValue(1);
    scheduler.advance(Duration.ofMillis(299));
    patient.tend();
    assertThat(asked).hasValue(1);
    scheduler.advance(Duration.ofMillis(1));
    patient.tend();
    assertThat(asked).hasValue(2);
    patient.doubt();
    scheduler.advance(Duration.ofMillis(99));
    patient.tend();
    assertThat(asked).hasValue(2);
    scheduler.advance(Duration.ofMillis(1));
    patient.tend();
    assertThat(asked).hasValue(3);
    patient.close().join();
  }

  @Test
  void aServerThatIsOnlyNamedIsDroppedIfNobodyListsItForHalfAMinute() {
    topology.tend();
    topology.find(B);
    topology.tend();
    scheduler.advance(Duration.ofSeconds(30));
    topology.tend();
    assertThat(topology.primaries()).hasSize(2);
    scheduler.advance(Duration.ofMillis(1));
    topology.tend();
    assertThat(topology.primaries()).hasSize(1);
  }

  private RedisAddress owner(int slot) {
    return requireNonNull(topology.owner(slot)).address();
  }
}
