package io.intelligentcache.cli.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class ConsoleTest {
  private final StringWriter err = new StringWriter();

  @Test
  void numbersComeInTheUnitThatSuitsThem() {
    assertThat(Numbers.bytes(999)).isEqualTo("999 B");
    assertThat(Numbers.bytes(1_500)).isEqualTo("1.5 KB");
    assertThat(Numbers.bytes(32_000_000)).isEqualTo("32.0 MB");
    assertThat(Numbers.bytes(5_000_000_000L)).isEqualTo("5.0 GB");
    assertThat(Numbers.count(1_234_567)).isEqualTo("1,234,567");
    assertThat(Numbers.percent(0.39697)).isEqualTo("39.70 %");
    assertThat(Numbers.time(1_540)).isEqualTo("1.5 us");
    assertThat(Numbers.time(2_500_000)).isEqualTo("2.50 ms");
  }

  @Test
  void columnsLineUp() {
    var table = new TextTable("name", "n").row("a", "100").row("longer", "1");

    assertThat(table.lines()).containsExactly("name      n", "a       100", "longer    1");
    assertThatIllegalArgumentException().isThrownBy(() -> table.row("one"));
  }

  @Test
  void progressSaysNothingWhereThereIsNoTerminal() {
    var progress = new Progress(new PrintWriter(err), false);

    progress.update(() -> "half");
    progress.clear();

    assertThat(err.toString()).isEmpty();
  }

  @Test
  void aPaceTellsShareSpeedAndTimeLeft() {
    var clock = new AtomicLong(5);
    var pace = new Pace(clock::get);

    assertThat(pace.at(0, 1_000)).isEqualTo("0.00 %");
    clock.addAndGet(2_000_000_000L);
    assertThat(pace.at(500, 1_000)).isEqualTo("50.00 %, 250 requests/s, 2 s left");
    assertThat(pace.at(1, 100)).isEqualTo("1.00 %, 1 requests/s, 3 min 18 s left");
    assertThat(pace.at(1, 10_000)).isEqualTo("0.01 %, 1 requests/s, 5 h 33 min left");
  }

  @Test
  void progressIsOneLineThatIsTakenAway() {
    var progress = new Progress(new PrintWriter(err), true);

    await().untilAsserted(() -> {
      progress.update(() -> "half");
      assertThat(err.toString()).isEqualTo("\r\u001b[Khalf");
    });
    progress.clear();

    assertThat(err.toString()).isEqualTo("\r\u001b[Khalf\r\u001b[K");
  }
}
