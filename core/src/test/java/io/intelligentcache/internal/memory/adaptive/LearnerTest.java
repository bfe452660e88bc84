package io.intelligentcache.internal.memory.adaptive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class LearnerTest {
  @Test
  void aRecomputationThatFailsIsFollowedByAnother() {
    var learner = new Learner();
    assertThat(learner.due(1, 10)).isTrue();
    var fewerThanSaid = new Recomputation.Waiting(new long[1], 1_000, 1);
    Recomputation fails = learner.recompute(List.of(fewerThanSaid), 1, 10, 1);
    assertThat(learner.due(1_000_000, 10)).as("while it is under way").isFalse();
    assertThatThrownBy(fails::run).isInstanceOf(IndexOutOfBoundsException.class);
    assertThat(learner.due(1_000_000, 10)).isTrue();
    IndexTable before = learner.indices();
    learner.recompute(List.of(), 1, 10, 1_000_000).run();
    assertThat(learner.indices()).isNotSameAs(before);
  }
}
