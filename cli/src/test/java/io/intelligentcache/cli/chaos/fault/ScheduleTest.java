package io.intelligentcache.cli.chaos.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.intelligentcache.cli.chaos.fault.Schedule.Step;
import io.intelligentcache.cli.console.Failure;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class ScheduleTest {
  private static List<Step> steps(long seed, Set<FaultKind> kinds) {
    return Stream.generate(new Schedule(seed, kinds, 3)::next).limit(1_000).toList();
  }

  @Test
  void theSameSeedDrawsTheSameFaults() {
    Set<FaultKind> all = EnumSet.allOf(FaultKind.class);

    assertThat(steps(7, all)).isEqualTo(steps(7, all)).isNotEqualTo(steps(8, all));
  }

  @Test
  void drawsEveryKindAtEveryInstanceAndNoOther() {
    Set<FaultKind> some = EnumSet.of(FaultKind.CUT, FaultKind.FREEZE);

    assertThat(steps(1, some).stream().map(Step::kind))
        .containsOnly(FaultKind.CUT, FaultKind.FREEZE);
    assertThat(steps(1, some).stream().map(Step::instance)).containsOnly(0, 1, 2);
    assertThat(steps(1, EnumSet.allOf(FaultKind.class)).stream().map(Step::kind))
        .contains(FaultKind.values());
  }

  @Test
  void everyKindCanBeHadInAMode() {
    Set<FaultKind> both = EnumSet.copyOf(FaultKind.in(Mode.SERVER));
    both.addAll(FaultKind.in(Mode.CLUSTER));

    assertThat(both).containsExactly(FaultKind.values());
    assertThat(FaultKind.in(Mode.SERVER)).doesNotContain(FaultKind.MOVE_SLOTS);
    assertThat(FaultKind.in(Mode.CLUSTER))
        .contains(FaultKind.FREEZE, FaultKind.ABANDON, FaultKind.CUT)
        .doesNotContain(FaultKind.SERVER_CLOCK_AHEAD);
  }

  @Test
  void kindsAreNamedAsOnTheCommandLine() {
    assertThat(FaultKind.named(List.of("cut", "stall-replies")))
        .containsExactly(FaultKind.CUT, FaultKind.STALL_REPLIES);
    assertThat(FaultKind.named(List.of("none"))).isEmpty();
    assertThat(new Schedule(1, FaultKind.named(List.of("none")), 3).isEmpty()).isTrue();
    assertThatThrownBy(() -> FaultKind.named(List.of("cut", "earthquake")))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("earthquake")
        .hasMessageContaining("clock-behind");
  }
}
