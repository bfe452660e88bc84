package io.intelligentcache.cli.chaos.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RespTest {
  private static List<String> answer(String bytes) throws IOException {
    return Resp.answer(new ByteArrayInputStream(bytes.getBytes(ISO_8859_1)));
  }

  @Test
  void aRequestTellsTheLengthOfEachWord() {
    assertThat(Resp.request("SET", "k\u00ff", ""))
        .isEqualTo("*3\r\n$3\r\nSET\r\n$2\r\nk\u00ff\r\n$0\r\n\r\n".getBytes(ISO_8859_1));
  }

  @Test
  void readsEveryKindOfAnswer() throws IOException {
    assertThat(answer("+PONG\r\n")).containsExactly("PONG");
    assertThat(answer(":17\r\n")).containsExactly("17");
    assertThat(answer("$4\r\na\r\nb\r\n")).containsExactly("a\r\nb");
    assertThat(answer("$-1\r\n")).isEmpty();
    assertThat(answer("*-1\r\n")).isEmpty();
    assertThat(answer("*2\r\n$1\r\na\r\n*1\r\n:2\r\n")).containsExactly("a", "2");
  }

  @Test
  void anErrorIsThrownWithItsText() {
    assertThatThrownBy(() -> answer("-ERR no\r\n"))
        .isInstanceOf(IOException.class)
        .hasMessage("ERR no");
  }

  @Test
  void anAnswerCutAnywhereIsNone() {
    String whole = "*2\r\n$3\r\nabc\r\n:7\r\n";
    for (int cut = 0; cut < whole.length(); cut++) {
      String part = whole.substring(0, cut);
      assertThatThrownBy(() -> answer(part)).as("cut at " + cut).isInstanceOf(IOException.class);
    }
  }
}
