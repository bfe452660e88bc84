package io.intelligentcache.cli.chaos.judge;

import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.cli.chaos.judge.Verdict.Kind;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LedgerTest {
  private final Ledger ledger = new Ledger(List.of("a", "b"), Duration.ZERO);

  private String put(String key) {
    Write write = ledger.begin(key, 1, true);
    ledger.end(key, write, true, 0);
    return new Value(key, write.number()).text();
  }

  @Test
  void countsWhatItJudges() {
    String old = put("a");
    String current = put("a");

    ledger.judge("a", 2, ledger.now(), current);
    ledger.judge("a", 2, ledger.now(), null);
    assertThat(ledger.violations()).isZero();

    ledger.judge("a", 2, ledger.now(), old);
    ledger.judge("a", 1, ledger.now(), old);

    assertThat(ledger.reads()).isEqualTo(4);
    assertThat(ledger.absent()).isEqualTo(1);
    assertThat(ledger.violations(Kind.STALE)).isEqualTo(1);
    assertThat(ledger.violations(Kind.OWN_WRITE)).isEqualTo(1);
    assertThat(ledger.worstStaleness()).isPositive();
    assertThat(ledger.writes()).isEqualTo(2);
    assertThat(ledger.acknowledged()).isEqualTo(2);
  }

  @Test
  void theValueOfAnotherKeyIsWrong() {
    put("b");

    ledger.judge("b", 1, ledger.now(), put("a"));

    assertThat(ledger.violations(Kind.WRONG)).isEqualTo(1);
    assertThat(ledger.examples()).singleElement().asString().contains("WRONG: b", "a#0");
  }

  @Test
  void aDamagedValueIsWrong() {
    put("a");
    put("a");

    ledger.judge("a", 1, ledger.now(), put("a") + "x");
    ledger.judge("a", 1, ledger.now(), "nonsense");

    assertThat(ledger.violations(Kind.WRONG)).isEqualTo(2);
  }

  @Test
  void aRowThatTheLoaderDoesNotFindIsWrong() {
    ledger.lostRow("a", 1, ledger.now());

    assertThat(ledger.violations(Kind.WRONG)).isEqualTo(1);
  }

  @Test
  void showsTheWritesOfTheFirstViolationsOfEachValueOnly() {
    for (int i = 0; i < 100; i++) {
      String old = put("a");
      put("a");
      ledger.judge("a", 2, ledger.now(), old);
      ledger.judge("a", 2, ledger.now(), old);
    }

    assertThat(ledger.violations()).isEqualTo(200);
    assertThat(ledger.examples()).hasSize(10);
    assertThat(ledger.examples().get(0)).contains("STALE: a", "#0 put", "#1 put");
    assertThat(ledger.examples().get(1)).contains("STALE: a", "#2 put", "#3 put");
  }

  @Test
  void valuesReadBackAsTheyWereWritten() {
    for (long number : new long[] {0, 1, 39, 40, 123_456_789}) {
      var value = new Value("row-7", number);

      assertThat(Value.parse(value.text())).isEqualTo(value);
      assertThat(Value.parse(value.text() + "x")).isNull();
    }
    for (String text : List.of("", "#", "a#", "a#b#", "a#-1#", "a#99999999999999999999#")) {
      assertThat(Value.parse(text)).as(text).isNull();
    }
  }
}
