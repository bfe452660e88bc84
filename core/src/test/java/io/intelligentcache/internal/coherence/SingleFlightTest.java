package io.intelligentcache.internal.coherence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.intelligentcache.internal.coherence.SingleFlight.Flight;
import io.intelligentcache.tier.FakeTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class SingleFlightTest {
  private static final class Key {
    int hash;
    boolean fails;

    @Override
    public int hashCode() {
      if (fails) {
        throw new IllegalStateException("hashCode");
      }
      return hash;
    }
  }

  private final SingleFlight<Key, String> flights = new SingleFlight<>(new FakeTime());
  private final Key key = new Key();
  private final CompletableFuture<String> fetch = new CompletableFuture<>();
  private final List<Flight<Key, String>> opened = new ArrayList<>();

  private CompletableFuture<String> join() {
    return flights.join(key, flight -> {
      opened.add(flight);
      return opened.size() == 1 ? fetch : CompletableFuture.completedFuture("second");
    });
  }

  @Test
  void aFlightLandsThoughTheHashOfItsKeyHasChanged() {
    CompletableFuture<String> first = join();
    key.hash = 17;
    assertThat(opened.get(0).isCurrent()).isTrue();
    fetch.complete("first");
    assertThat(first).isCompletedWithValue("first");
    key.hash = 0;
    assertThat(join()).as("the first is not open any more").isCompletedWithValue("second");
  }

  @Test
  void aFlightLandsThoughTheHashOfItsKeyFails() {
    CompletableFuture<String> first = join();
    key.fails = true;
    fetch.complete("first");
    assertThat(first).isCompletedWithValue("first");
    assertThatThrownBy(this::join).hasMessage("hashCode");
    key.fails = false;
    assertThat(join()).isCompletedWithValue("second");
  }

  /** All objects of this class are equal, but {@code equals} throws if a test wants that. */
  private static final class Moody {
    static boolean fails;

    @Override
    public boolean equals(@Nullable Object other) {
      if (fails) {
        throw new IllegalStateException("equals");
      }
      return other instanceof Moody;
    }

    @Override
    public int hashCode() {
      return 7;
    }
  }

  @Test
  void aRecalledFlightLandsThoughItsKeyCantBeComparedWithThatOfTheNext() {
    var moody = new SingleFlight<Moody, String>(new FakeTime());
    CompletableFuture<String> recalled = moody.join(new Moody(), flight -> fetch);
    moody.fence(new Moody());
    var unused = moody.join(new Moody(), flight -> new CompletableFuture<>());
    Moody.fails = true;
    try {
      fetch.complete("first");
      assertThat(recalled).isCompletedWithValue("first");
    } finally {
      Moody.fails = false;
    }
  }

  @Test
  void aFlightThatLandsTwiceHidesNoOther() {
    var mute = new RuntimeException() {
      private static final long serialVersionUID = 1;

      @Override
      public String getMessage() {
        throw new IllegalStateException("getMessage");
      }
    };
    try {
      // A future can't wrap a failure whose toString() throws: it lands its flight, and then
      // throws.
      var unused = flights.join(new Key(), flight -> CompletableFuture.failedFuture(mute));
    } catch (IllegalStateException ofTheFuture) {
      assertThat(ofTheFuture).hasMessage("getMessage");
    }
    var unused = join();
    flights.fence(key);
    assertThat(opened.get(0).isCurrent()).isFalse();
  }

  @Test
  void aFlightIsRecalledByAnEqualKey() {
    var unused = join();
    flights.fence(key);
    assertThat(opened.get(0).isCurrent()).isFalse();
    assertThat(join()).isCompletedWithValue("second");
  }

  @Test
  void flightsAreRecalledByWhatTheirKeysAre() {
    var unused = join();
    flights.fenceAll(other -> other != key);
    assertThat(opened.get(0).isCurrent()).isTrue();
    flights.fenceAll(other -> other == key);
    assertThat(opened.get(0).isCurrent()).isFalse();
  }
}
