package io.intelligentcache.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.UsageMessageSpec;

final class IcmTest {
  @TempDir
  Path directory;

  @Test
  void helpNamesTheCommands() {
    CommandRun run = CommandRun.of("--help");

    assertThat(run.exitCode()).isZero();
    assertThat(String.join("\n", run.out())).contains("quickstart", "replay", "inspect", "bench");
  }

  static Stream<CommandLine> commands() {
    CommandLine icm = Icm.commandLine();
    return Stream.concat(Stream.of(icm), icm.getSubcommands().values().stream());
  }

  @ParameterizedTest
  @MethodSource("commands")
  void helpIsMadeOfWholeSentencesAndOnlyWrappedWhereItIsTooLong(CommandLine command) {
    UsageMessageSpec usage = command.getCommandSpec().usageMessage();
    List<String> texts = new ArrayList<>(List.of(usage.description()));
    assertThat(texts.get(0)).as("the list of commands shows this one alone").endsWith(".");
    command.getCommandSpec().args().forEach(arg -> texts.addAll(List.of(arg.description())));
    assertThat(texts).allSatisfy(text -> assertThat(text).endsWith("."));
    assertThat(usage.footer()).allSatisfy(line -> assertThat(line.length()).isLessThan(80));
    assertThat(command.getUsageMessage().lines())
        .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(80));
  }

  @Test
  void completionKnowsEveryCommandAndOption() {
    CommandRun run = CommandRun.of("completion");

    assertThat(run.exitCode()).isZero();
    String script = String.join("\n", run.out());
    assertThat(script).contains("complete -F _complete_icm", "icm");
    commands().forEach(command -> {
      assertThat(script).contains(command.getCommandName());
      command
          .getCommandSpec()
          .options()
          .forEach(option -> assertThat(script).contains(option.longestName()));
    });
  }

  @Test
  void bashTakesTheCompletionAndCompletes() throws Exception {
    Path script =
        Files.write(directory.resolve("completion"), CommandRun.of("completion").out());
    String asked =
        "source " + script + "; COMP_WORDS=(icm ins); COMP_CWORD=1; _complete_icm icm ins;"
            + " echo \"${COMPREPLY[@]}\"";
    Process bash;
    try {
      bash = new ProcessBuilder("bash", "-c", asked).redirectErrorStream(true).start();
    } catch (IOException none) {
      assumeTrue(false, "there is no bash");
      return;
    }
    assertThat(new String(bash.getInputStream().readAllBytes(), UTF_8).strip())
        .isEqualTo("inspect");
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
