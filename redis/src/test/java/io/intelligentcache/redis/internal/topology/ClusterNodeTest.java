package io.intelligentcache.redis.internal.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.intelligentcache.redis.internal.settings.RedisAddress;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** What the servers of a cluster report about each other. */
final class ClusterNodeTest {
  private static final RedisAddress ASKED = RedisAddress.parse("redis://me:hush@seed:7000");
  private static final RedisAddress ASKED_BY_TLS = RedisAddress.parse("rediss://seed:7000");

  @Test
  void readsNamesRolesAndSlots() {
    List<ClusterNode> nodes = ClusterNode.all("""
        07c3 127.0.0.1:30004@31004,host-4 slave e7d1 0 1426238317239 4 connected
        67ed 127.0.0.1:30002@31002,,shard-id=9a master - 0 1426238316232 2 connected 5461-5463 9
        e7d1 :30001@31001 myself,master - 0 0 1 connected 0-2 [93->-292f] [77-<-e7d1]
        """);
    assertThat(nodes).extracting(ClusterNode::primary).containsExactly(false, true, true);
    assertThat(nodes).extracting(ClusterNode::self).containsExactly(false, false, true);
    assertThat(nodes).extracting(ClusterNode::hostname).containsExactly("host-4", "", "");
    assertThat(nodes.get(1).slots().stream()).containsExactly(9, 5461, 5462, 5463);
    assertThat(nodes.get(1).epoch()).isEqualTo("2");
    assertThat(nodes.get(2).slots().stream()).containsExactly(0, 1, 2);
    assertThat(nodes.get(2).moving()).containsExactly("[93->-292f]", "[77-<-e7d1]");
  }

  @Test
  void aPrimaryThatFailedAndWasReplacedIsNone() {
    assertThat(ClusterNode.all("""
        1 1.2.3.4:5@6 master,fail - 0 0 1 connected
        2 1.2.3.4:6@7 master,fail - 0 0 1 connected 7
        3 1.2.3.4:7@8 master,fail? - 0 0 1 connected
        """))
        .extracting(ClusterNode::primary)
        .containsExactly(false, true, true);
  }

  @Test
  void aServerThatIsCutOffFromMostOthersOwnsNothingForSure() {
    String nodes = """
        1 1.2.3.4:5@6 myself,master - 0 0 1 connected 0-100
        2 1.2.3.4:6@7 master%s - 0 0 1 connected 101-200
        3 1.2.3.4:7@8 master%s - 0 0 1 connected 201-16383
        4 1.2.3.4:8@9 master,fail? - 0 0 1 connected
        """;
    assertThat(
            ClusterNode.slotsOfSelf(String.format(Locale.ROOT, nodes, "", "")).cardinality())
        .isEqualTo(101);
    assertThat(ClusterNode.slotsOfSelf(String.format(Locale.ROOT, nodes, ",fail?", ""))
            .cardinality())
        .isEqualTo(101);
    assertThat(ClusterNode.slotsOfSelf(String.format(Locale.ROOT, nodes, ",fail?", ",fail"))
            .isEmpty())
        .isTrue();
    assertThat(ClusterNode.slotsOfSelf("1 h:5@6 myself,slave 2 0 0 1 connected").isEmpty())
        .isTrue();
  }

  @Test
  void leavesOutWhatCannotBeConnectedTo() {
    assertThat(ClusterNode.all("""

        garbage
        1 host:port@1 master - 0 0 1 connected 0
        2 1.2.3.4:0@0 master,noaddr - 0 0 1 connected 1
        3 1.2.3.4:70000@0 master - 0 0 1 connected 1
        4 1.2.3.4:5@6 master,handshake - 0 0 1 connected 1
        """)).isEmpty();
    assertThat(ClusterNode.all("5 ::1:5@6 master - 0 0 1 connected 3-1 99999 x [ -1 16384"))
        .singleElement()
        .satisfies(node -> {
          assertThat(node.host()).isEqualTo("::1");
          assertThat(node.slots().isEmpty()).isTrue();
        });
  }

  @Test
  void aServerIsReachedAsTheOneThatNamedIt() {
    String nodes = """
        1 :7001@1,one.example myself,master - 0 0 1 connected 0-100
        2 10.0.0.2:7002@1,two.example master - 0 0 1 connected 101-16383
        3 10.0.0.3:7003@1 master - 0 0 1 connected
        4 10.0.0.4:7004@1 slave 1 0 0 1 connected
        """;
    SlotMap slotMap = ClusterLocator.layout(nodes, ASKED);
    assertThat(slotMap.primaries())
        .containsOnlyKeys(
            ASKED.at("seed", 7001), ASKED.at("10.0.0.2", 7002), ASKED.at("10.0.0.3", 7003));
    assertThat(slotMap.canonical(ASKED.at("two.example", 7002)))
        .isEqualTo(ASKED.at("10.0.0.2", 7002));
    assertThat(ClusterLocator.layout(nodes, ASKED_BY_TLS).primaries())
        .containsKey(ASKED_BY_TLS.at("two.example", 7002));
    assertThatThrownBy(() -> ClusterLocator.layout("", ASKED)).hasMessageContaining("knows no");
  }

  @Test
  void redirectionsNameTheServer() {
    assertThat(Redirect.of("MOVED 3999 10.0.0.2:6381", ASKED))
        .isEqualTo(new Redirect(false, ASKED.at("10.0.0.2", 6381)));
    assertThat(Redirect.of("ASK 3999 two.example:6381", ASKED))
        .isEqualTo(new Redirect(true, ASKED.at("two.example", 6381)));
    assertThat(Redirect.of("MOVED 3999 ::1:6381", ASKED))
        .isEqualTo(new Redirect(false, ASKED.at("::1", 6381)));
    assertThat(Redirect.of("MOVED 3999 :6381", ASKED))
        .isEqualTo(new Redirect(false, ASKED.at("seed", 6381)));
    for (String other : List.of("ERR", "MOVED 1 x", "MOVED 1 x:y", "ASK 1 x:70000", "ASKING")) {
      assertThat(Redirect.of(other, ASKED)).isNull();
    }
  }
}
