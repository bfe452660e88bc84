package io.intelligentcache.redis.internal.topology;

import static java.util.Objects.requireNonNull;
import static java.util.concurrent.CompletableFuture.completedFuture;
import static java.util.concurrent.CompletableFuture.failedFuture;
import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.redis.internal.clock.Epoch;
import io.intelligentcache.redis.internal.clock.RedisClock;
import io.intelligentcache.redis.internal.connection.LettuceClient;
import io.intelligentcache.redis.internal.connection.LostWrites;
import io.intelligentcache.redis.internal.connection.OpeningPhase;
import io.intelligentcache.redis.internal.connection.Primary;
import io.intelligentcache.redis.internal.key.KeyNames;
import io.intelligentcache.redis.internal.settings.RedisAddress;
import io.intelligentcache.redis.internal.settings.RedisLimits;
import io.intelligentcache.redis.internal.settings.Servers;
import io.intelligentcache.tier.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The topology, tested without any reachable server. */
final class TopologyTest {
  private static final int SLOTS = 16;
  private static final RedisAddress A = RedisAddress.parse("redis://127.0.0.1:1");
  private static final RedisAddress B = A.at("127.0.0.1", 2);
  private static final Duration TIMEOUT = Duration.ofSeconds(1);

  private final LettuceClient client = new LettuceClient(TIMEOUT, 10);
  private final Connector connector = new Connector(
      client,
      RedisLimits.DEFAULTS,
      false,
      new RedisClock(TimeSource.SYSTEM),
      new Epoch(new KeyNames("icm"), true),
      new LostWrites(),
      new OpeningPhase());
  private CompletableFuture<SlotMap> answer = completedFuture(layout(A, 0, SLOTS));
  private final Topology topology =
      new Topology(new Servers.One(A), known -> answer, SLOTS, Duration.ZERO, connector);
  private final List<String> heard = new ArrayList<>();

  @AfterEach
  void close() {
    client.close(topology.close());
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

  private RedisAddress owner(int slot) {
    return requireNonNull(topology.owner(slot)).address();
  }
}
