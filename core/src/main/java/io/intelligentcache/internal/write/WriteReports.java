package io.intelligentcache.internal.write;

import io.intelligentcache.WriteReport;
import io.intelligentcache.WriteReport.State;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Reason;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Creates the reports of writes. */
public final class WriteReports {
  private record Report(State state, @Nullable Reason why, List<?> keys) implements WriteReport {}

  /** The report if there is no Redis. */
  public static final WriteReport LOCAL = new Report(State.LOCAL, null, List.of());

  /** The report of a write that Redis has acknowledged. */
  public static final WriteReport ACKNOWLEDGED = new Report(State.ACKNOWLEDGED, null, List.of());

  private WriteReports() {}

  /**
   * The report of a write of one key.
   *
   * @param stores whether only {@link Outcome.Stored} means that the tier accepted the write
   */
  public static WriteReport of(Outcome outcome, boolean stores, Object key) {
    State state = state(outcome, stores);
    return state == State.ACKNOWLEDGED
        ? ACKNOWLEDGED
        : new Report(state, why(outcome), List.of(key));
  }

  /**
   * The report of a write of several keys.
   *
   * @param outcomes one for each key
   * @param stores whether only {@link Outcome.Stored} means that the tier accepted the write
   * @param keys the keys, in the order of the outcomes; requested only if some writes were not accepted
   */
  public static WriteReport of(
      List<Outcome> outcomes, boolean stores, Supplier<? extends Collection<?>> keys) {
    State worst = State.ACKNOWLEDGED;
    Reason why = null;
    for (Outcome outcome : outcomes) {
      State state = state(outcome, stores);
      if (state.compareTo(worst) > 0) {
        worst = state;
        why = why(outcome);
      }
    }
    return worst == State.ACKNOWLEDGED
        ? ACKNOWLEDGED
        : new Report(worst, why, List.copyOf(keysIn(worst, keys.get(), outcomes, stores)));
  }

  private static State state(Outcome outcome, boolean stores) {
    if (outcome instanceof Outcome.Refused) {
      return State.REFUSED;
    }
    return stores && !(outcome instanceof Outcome.Stored) ? State.OVERTAKEN : State.ACKNOWLEDGED;
  }

  private static @Nullable Reason why(Outcome outcome) {
    return outcome instanceof Outcome.Refused refused ? refused.why() : null;
  }

  private static List<Object> keysIn(
      State state, Collection<?> keys, List<Outcome> outcomes, boolean stores) {
    List<Object> those = new ArrayList<>();
    int i = 0;
    for (Object key : keys) {
      if (state(outcomes.get(i++), stores) == state) {
        those.add(key);
      }
    }
    return those;
  }
}
