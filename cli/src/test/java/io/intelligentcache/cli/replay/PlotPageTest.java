package io.intelligentcache.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

final class PlotPageTest {
  private static final String HOSTILE = "</h2><script>alert('\"&')</script>\u0000.csv";

  private static ReplayCell cell(String policy, String size, long capacity, List<Double> phases) {
    return new ReplayCell("trace", policy, size, 10, 5, 0.5, 0.4, phases, capacity);
  }

  private static List<ReplayCell> cells(List<Double> phases) {
    return List.of(
        cell("lru", "1%", 10, phases),
        cell("lru", "10%", 100, phases),
        cell("lfu", "1%", 10, phases),
        cell("lfu", "10%", 100, phases));
  }

  private static Document page(TraceReport... reports) throws Exception {
    String page = PlotPage.of(List.of(reports));
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(page)));
  }

  private static int count(Document page, String element) {
    return page.getElementsByTagName(element).getLength();
  }

  @Test
  void aFileNameCannotBecomePartOfThePage() throws Exception {
    Document page = page(new TraceReport(HOSTILE, true, cells(List.of())));

    assertThat(count(page, "script")).isZero();
    assertThat(page.getElementsByTagName("h2").item(0).getTextContent())
        .isEqualTo(HOSTILE.replace('\u0000', '\ufffd'));
  }

  @Test
  void hasALineForEachPolicyAndTheTableBeneath() throws Exception {
    Document page = page(new TraceReport("trace", false, cells(List.of())));

    assertThat(count(page, "svg")).isEqualTo(1);
    assertThat(count(page, "polyline")).isEqualTo(2);
    assertThat(count(page, "title")).isEqualTo(1 + 4); // one of the page, and one per point
    assertThat(count(page, "tr")).isEqualTo(1 + 4);
  }

  @Test
  void hasByteHitRatiosWhereThereAreSizes() throws Exception {
    assertThat(count(page(new TraceReport("trace", true, cells(List.of()))), "svg"))
        .isEqualTo(2);
  }

  @Test
  void hasAChartOverTimeForEachSize() throws Exception {
    Document page = page(new TraceReport("trace", false, cells(List.of(0.1, 0.9))));

    assertThat(count(page, "svg")).isEqualTo(1 + 2);
  }

  @Test
  void needsNothingFromElsewhere() {
    String page = PlotPage.of(List.of(new TraceReport("trace", true, cells(List.of(0.1, 0.9)))));

    assertThat(page).doesNotContain("http://", "https://", "src=", "url(", "<script", "NaN");
  }

  @Test
  void oneSizeIsAPointInTheMiddle() {
    var report = new TraceReport("trace", false, List.of(cell("lru", "1%", 10, List.of())));

    assertThat(PlotPage.of(List.of(report))).contains("<circle cx=\"340.0\"").doesNotContain("NaN");
  }
}
