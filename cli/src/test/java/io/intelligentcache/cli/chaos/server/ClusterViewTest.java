package io.intelligentcache.cli.chaos.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;

final class ClusterViewTest {
  private static final String FIRST =
      "aaa 127.0.0.1:7000@17000 %s - 0 1 1 connected 0-99 101 [100->-bbb]\n";
  private static final String SECOND = "bbb 127.0.0.1:7001@17001 %s aaa 0 1 1 connected\n";

  private static ClusterView view(String first, String second) {
    return ClusterView.parse(String.format(Locale.ROOT, FIRST + SECOND, first, second));
  }

  @Test
  void readsWhoOwnsWhatAndWhoFollowsWhom() {
    ClusterView view = view("myself,master", "slave,nofailover");

    assertThat(view.self().id()).isEqualTo("aaa");
    assertThat(view.self().ownsSlots()).isTrue();
    assertThat(view.nodes().get(1).ownsSlots()).isFalse();
    assertThat(view.roles()).containsExactlyInAnyOrder("aaa - 0-99 101", "bbb aaa ");
    assertThat(view.allWell()).isTrue();
  }

  @Test
  void allNodesThatAgreeSeeTheSame() {
    assertThat(view("myself,master", "slave").roles())
        .isEqualTo(view("master", "myself,slave").roles());
  }

  @Test
  void whoSuspectsAnotherOneIsNotWell() {
    for (String trouble : new String[] {"slave,fail?", "slave,fail", "handshake", "slave,noaddr"}) {
      assertThat(view("myself,master", trouble).allWell()).as(trouble).isFalse();
    }
  }
}
