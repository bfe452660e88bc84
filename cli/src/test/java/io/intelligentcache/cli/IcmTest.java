package io.intelligentcache.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class IcmTest {
  @Test
  void helpNamesTheCommands() {
    CommandRun run = CommandRun.of("--help");

    assertThat(run.exitCode()).isZero();
    assertThat(String.join("\n", run.out())).contains("quickstart", "replay", "inspect", "bench");
  }

  @Test
  void versionIsOneLine() {
    CommandRun run = CommandRun.of("--version");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).hasSize(1).first().asString().startsWith("icm ");
  }

  @Test
  void wrongUsageIsOneLineAndExitCodeTwo() {
    for (String[] args : new String[][] {{}, {"nonsense"}, {"replay"}, {"replay", "--nonsense"}}) {
      CommandRun run = CommandRun.of((Object[]) args);

      assertThat(run.exitCode()).isEqualTo(2);
      assertThat(run.out()).isEmpty();
      assertThat(run.err()).hasSize(1).first().asString().startsWith("icm: ");
    }
  }

  @Test
  void aFailureIsOneLineUnlessAskedForMore() {
    assertThat(CommandRun.of("replay", "absent.csv").err())
        .containsExactly("icm: no such file: absent.csv");
    assertThat(CommandRun.of("replay", "absent.csv", "--verbose").err().size()).isGreaterThan(3);
  }
}
