package io.intelligentcache.cli.replay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.intelligentcache.cli.console.Failure;
import io.intelligentcache.cli.console.Progress;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

final class TraceReaderTest {
  private static final String COMMON =
      "1.2.3.4 - - [10/Oct/2000:13:55:36 -0700] \"GET /a?x=1 HTTP/1.0\" 200 2326";
  private static final String COMBINED =
      "::1 - bob [10/Oct/2000:13:55:36 -0700] \"HEAD /b HTTP/1.1\" 304 - \"http://x\" \"Mozilla\"";

  @TempDir
  Path directory;

  @Test
  void readsBinaryRecords() throws IOException {
    Trace trace = read(file("t.bin", records(7, 100, 9, 0xFFFF_FFFFL, 7, 300)));

    assertThat(keys(trace)).containsExactly(7L, 9L, 7L);
    assertThat(trace.uniqueBytes()).isEqualTo(100 + 0xFFFF_FFFFL);
  }

  @Test
  void readsManyBinaryRecords() throws IOException {
    long[] fields = IntStream.range(0, 20_000).mapToLong(i -> i / 2).toArray();

    assertThat(read(file("t.bin", records(fields))).requests()).isEqualTo(10_000);
  }

  @Test
  void readsCsvWithAnyNumberOfColumns() throws IOException {
    assertThat(keys(read(file("a.csv", "k1\n2\n")))).containsExactly("k1", 2L);
    assertThat(read(file("b.csv", "k,10\nj,20\r\nk,30")).uniqueBytes()).isEqualTo(30);
    assertThat(read(file("c.csv", "k,10,60,1.5\n\nj,,,\n")).requests()).isEqualTo(2);
  }

  @Test
  void readsCsvWithAHeaderAndQuotes() throws IOException {
    Trace trace = read(file("t.csv", "Key,Size\n\"a,\"\"b\"\"\",5\n"));

    assertThat(keys(trace)).containsExactly("a,\"b\"");
    assertThat(trace.uniqueBytes()).isEqualTo(5);
  }

  @Test
  void refusesWhatIsNoTextUnlessItsNameSaysThatItIsBinary() throws IOException {
    Path utf16 = file("keys.txt", "a\u0000b\u0000\n\u0000");
    assertThatThrownBy(() -> read(utf16)).hasMessageContainingAll("keys.txt", "UTF-16", ".bin");
  }

  @Test
  void readsOneKeyPerLine() throws IOException {
    Trace trace = read(file("keys.txt", "user:1\n\n007\n7\n user:1 \n"));

    assertThat(keys(trace)).containsExactly("user:1", "007", 7L, "user:1");
    assertThat(trace.hasSizes()).isFalse();
  }

  @Test
  void readsAccessLogs() throws IOException {
    String post = COMMON.replace("GET", "POST");
    String junk = "1.2.3.4 - - [10/Oct/2000:13:55:36 -0700] \"\\x16\\x03\\\"\" 400 226";
    Trace trace = read(file("access", String.join("\n", COMMON, COMBINED, post, junk)));

    assertThat(keys(trace)).containsExactly("/a?x=1", "/b");
    assertThat(trace.uniqueBytes()).isEqualTo(2326);
    assertThat(trace.skipped()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({
    "GET, 404",
    "GET, 500",
    "GET, 301",
    "GET, 304",
    "GET, 206",
    "GET, 499",
    "GET, 204",
    "HEAD, 200"
  })
  void theSizeOfAnAnswerThatIsNotTheWholeObjectIsNotTheObjects(String method, String status)
      throws IOException {
    String other = COMMON.replace("GET", method).replace(" 200 2326", " " + status + " 153");
    Trace trace = read(file("access", String.join("\n", other, COMMON, other)));

    assertThat(trace.requests()).isEqualTo(3);
    assertThat(trace.uniqueKeys()).isEqualTo(1);
    assertThat(trace.bytes(0)).isEqualTo(2326);
    assertThat(read(file("access", other)).hasSizes()).isFalse();
  }

  @Test
  void aSizeThatIsNoNumberIsRefusedWhateverTheStatus() throws IOException {
    assertFails(file("a.log", COMMON.replace("200 2326", "404 big")), "a.log:1: ");
    assertFails(file("a.log", COMMON.replace("200", "2\u0660\u0660")), "a.log:1: ");
  }

  @ParameterizedTest
  @ValueSource(strings = {",", ";", "\t"})
  void readsCsvWithOtherSeparators(String by) throws IOException {
    List<String> texts = List.of(
        "k1,10\nk2,20\nk1,30",
        "key,size\nk1,10\nk2,20\nk1,30",
        "KEY,size,ttl,time\nk1,10,60,1.5\nk2,20,,\nk1,30,60,2",
        "k1,10,60,1.5\nk2,20,,\nk1,30,60,2",
        "\"k1\",10\n\"k2\",20\n\"k1\",30\n");
    for (String text : texts) {
      Trace trace = read(file("t.csv", text.replace(",", by)));
      assertThat(keys(trace)).as(text).containsExactly("k1", "k2", "k1");
      assertThat(trace.uniqueBytes()).as(text).isEqualTo(30);
    }
    Trace quoted = read(file("t.csv", "\"a,;\t\"\"b\"" + by + "5\n\"c;d\"" + by + "7"));
    assertThat(keys(quoted)).containsExactly("a,;\t\"b", "c;d");
    assertThat(quoted.uniqueBytes()).isEqualTo(12);
    Trace chosen = read(file("t.csv", "sep=" + by + "\nkey" + by + "size\nk" + by + "5\n"));
    assertThat(keys(chosen)).containsExactly("k");
  }

  @Test
  void readsTheTimesThatProgramsWriteWithSemicolons() throws IOException {
    Trace trace = read(file("t.csv", "key;size;ttl;time\nk;10;60;1,5\nk;10;60;2,25\n"));

    assertThat(trace.expiries().millis(1) - trace.expiries().millis(0)).isEqualTo(750);
  }

  @Test
  void recognisesCsvWithSemicolonsByItsHeader() throws IOException {
    assertThat(read(file("t", "key;size\nk;10\n")).uniqueBytes()).isEqualTo(10);
    assertThat(keys(read(file("t", "a;1\nb;2\n")))).containsExactly("a;1", "b;2");
  }

  @Test
  void refusesOtherColumnsWhateverSeparatesThem() throws IOException {
    for (String by : List.of(",", ";", "\t")) {
      assertFails(file("t.csv", "key" + by + "ttl\n"), "t.csv:1: the columns must be");
      assertFails(
          file("t.csv", "object" + by + "bytes\n"),
          "t.csv:1: size must be a whole number",
          "bytes");
      assertFails(file("t.csv", "k" + by + "1\nk" + by + "x"), "t.csv:2: size must be");
    }
  }

  @Test
  void aKeyKeepsTheFirstSizeThatIsKnown() throws IOException {
    Trace trace = read(file("t.csv", "k,0\nk,10\nk,20\n"));

    assertThat(trace.bytes(0)).isEqualTo(10);
  }

  @ParameterizedTest
  @ValueSource(strings = {"t.csv.gz", "t.gz", "t.csv"})
  void readsGzipWhateverTheName(String name) throws IOException {
    assertThat(keys(read(file(name, gzip("k,1\n".getBytes(UTF_8)))))).containsExactly("k");
  }

  @Test
  void readsXz() throws IOException {
    assertThat(keys(read(file("t.bin.xz", xz(records(5, 0)))))).containsExactly(5L);
    assertThat(keys(read(file("keys.xz", xz("a\nb\n".getBytes(UTF_8)))))).containsExactly("a", "b");
  }

  @Test
  void namesTheLineThatIsMalformed() throws IOException {
    assertFails(
        file("t.csv", "k,1\nk,many\n"), "t.csv:2: size must be a whole number", "\"k,many\"");
    assertFails(file("t.csv", "k,-1\n"), "t.csv:1: size must be");
    assertFails(file("t.csv", "k,1,1,later\n"), "t.csv:1: time must be a number: later");
    assertFails(file("t.csv", "k,1,1,1,1\n"), "t.csv:1: 5 columns");
    assertFails(file("t.csv", "\"k,1\n"), "t.csv:1: a quote is not closed");
    assertFails(file("t.csv", "\"k\"x,1\n"), "t.csv:1: text after a closing quote");
    assertFails(file("t.csv", ",1\n"), "t.csv:1: the key is empty");
    assertFails(file("t.csv", "key,ttl\n"), "t.csv:1: the columns must be");
    assertFails(
        file("a.log", COMMON + "\nrubbish\n"),
        "a.log:2: not a line of an access log",
        "\"rubbish\"");
    assertFails(file("a.log", "rubbish\n"), "a.log:1: ");
    assertFails(file("a.log", COMMON.replace("2326", "big")), "a.log:1: ");
    assertFails(
        file("k.txt", "a\n" + "x".repeat(Lines.MAX_BYTES + 1)), "k.txt:2: a line of more than");
  }

  @Test
  void namesTheByteAtWhichARecordIsCutOff() throws IOException {
    byte[] whole = records(1, 0, 2, 0);
    for (int cut = BinaryRecords.BYTES + 1; cut < whole.length; cut++) {
      assertFails(
          file("t.bin", Arrays.copyOf(whole, cut)), "t.bin: byte 24: the last record is cut off");
    }
  }

  @Test
  void refusesWhatIsNoTrace() throws IOException {
    assertFails(directory, "is a directory");
    assertFails(directory.resolve("absent"), "no such file: ");
    assertFails(file("empty.csv", ""), "empty.csv: no requests in it");
    byte[] zipped = gzip("k\n".repeat(10_000).getBytes(UTF_8));
    assertFails(file("cut.gz", Arrays.copyOf(zipped, zipped.length - 9)), "can't read ", "cut.gz");
    byte[] xz = xz("k\n".repeat(10_000).getBytes(UTF_8));
    assertFails(file("cut.xz", Arrays.copyOf(xz, xz.length - 9)), "can't read ", "cut.xz");
  }

  private void assertFails(Path file, String... parts) {
    assertThatThrownBy(() -> read(file)).isInstanceOf(Failure.class).message().contains(parts);
  }

  private static Trace read(Path file) {
    var trace = new TraceBuilder();
    new TraceReader(file, new Progress(new PrintWriter(new StringWriter()))).addTo(trace);
    return trace.build();
  }

  private static List<Object> keys(Trace trace) {
    return IntStream.range(0, trace.requests())
        .mapToObj(request -> trace.keyNumbered(trace.key(request)))
        .toList();
  }

  private Path file(String name, String text) throws IOException {
    return file(name, text.getBytes(UTF_8));
  }

  private Path file(String name, byte[] bytes) throws IOException {
    return Files.write(directory.resolve(name), bytes);
  }

  private static byte[] records(long... keysAndSizes) {
    var buffer = ByteBuffer.allocate(keysAndSizes.length / 2 * BinaryRecords.BYTES)
        .order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < keysAndSizes.length; i += 2) {
      buffer
          .putLong(keysAndSizes[i])
          .putInt((int) keysAndSizes[i + 1])
          .putInt(0)
          .putLong(i);
    }
    return buffer.array();
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    var out = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }

  private static byte[] xz(byte[] bytes) throws IOException {
    var out = new ByteArrayOutputStream();
    try (OutputStream xz = new XZOutputStream(out, new LZMA2Options())) {
      xz.write(bytes);
    }
    return out.toByteArray();
  }
}
