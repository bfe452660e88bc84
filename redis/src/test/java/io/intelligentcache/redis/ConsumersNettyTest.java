package io.intelligentcache.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * Checks that applications get the version of Netty that these tests run with. Maven takes the version that is declared
 * nearest to the application, and ignores the dependencyManagement of its dependencies. So the pom of this module
 * itself must declare each part of Netty that Lettuce declares.
 */
final class ConsumersNettyTest {
  private static final String LETTUCE = "/META-INF/maven/io.lettuce/lettuce-core/pom.xml";

  @Test
  void thePomNamesEachPartOfNettyThatLettuceNames() throws Exception {
    Path pom =
        Files.exists(Path.of("redis/pom.xml")) ? Path.of("redis/pom.xml") : Path.of("pom.xml");
    try (InputStream lettuce = ConsumersNettyTest.class.getResourceAsStream(LETTUCE);
        InputStream ours = Files.newInputStream(pom)) {
      Set<String> needed = netty(lettuce);
      assertThat(needed).contains("netty-common", "netty-handler");
      assertThat(netty(ours)).containsAll(needed);
    }
  }

  /** All parts of Netty on the class path have one version, so no part comes from elsewhere. */
  @Test
  void allPartsOfNettyHaveOneVersion() throws IOException {
    Set<String> versions = new TreeSet<>();
    for (String part :
        Set.of("common", "handler", "transport", "resolver-dns", "buffer", "codec-dns")) {
      try (InputStream properties = ConsumersNettyTest.class.getResourceAsStream(
          "/META-INF/maven/io.netty/netty-" + part + "/pom.properties")) {
        var read = new java.util.Properties();
        read.load(properties);
        versions.add(read.getProperty("version"));
      }
    }
    assertThat(versions).hasSize(1);
  }

  /** The parts that a pom needs at run time. */
  private static Set<String> netty(InputStream pom) throws Exception {
    Set<String> parts = new TreeSet<>();
    NodeList all = DocumentBuilderFactory.newDefaultInstance()
        .newDocumentBuilder()
        .parse(pom)
        .getElementsByTagName("dependency");
    for (int i = 0; i < all.getLength(); i++) {
      Element dependency = (Element) all.item(i);
      String scope = text(dependency, "scope");
      if (text(dependency, "groupId").equals("io.netty")
          && !text(dependency, "optional").equals("true")
          && !scope.equals("test")
          && !scope.equals("import")) {
        parts.add(text(dependency, "artifactId"));
      }
    }
    return parts;
  }

  private static String text(Element dependency, String name) {
    NodeList found = dependency.getElementsByTagName(name);
    return found.getLength() == 0 ? "" : found.item(0).getTextContent().strip();
  }
}
