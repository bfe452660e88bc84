package io.intelligentcache;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.testing.ConcurrentMapTestSuiteBuilder;
import com.google.common.collect.testing.TestStringMapGenerator;
import com.google.common.collect.testing.features.CollectionFeature;
import com.google.common.collect.testing.features.CollectionSize;
import com.google.common.collect.testing.features.MapFeature;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import junit.framework.TestCase;
import junit.framework.TestResult;
import junit.framework.TestSuite;

/** Guava's tests of concurrent maps, about 930 of them. */
public final class GuavaMapTests {
  private GuavaMapTests() {}

  /** One of the tests. */
  public record Case(TestCase test) {
    public String name() {
      return test.getClass().getSimpleName() + " " + test.getName();
    }

    public void run() throws AssertionError {
      var result = new TestResult();
      test.run(result);
      Collections.list(result.errors()).forEach(error -> {
        throw new AssertionError(test + ": " + error.trace(), error.thrownException());
      });
      Collections.list(result.failures()).forEach(failure -> {
        throw new AssertionError(test + ": " + failure.trace(), failure.thrownException());
      });
    }
  }

  /**
   * The tests of a kind of map.
   *
   * @param empty makes a map of its own for each test
   */
  public static Stream<Case> of(String name, Supplier<ConcurrentMap<String, String>> empty) {
    TestSuite suite = ConcurrentMapTestSuiteBuilder.using(new TestStringMapGenerator() {
          @Override
          protected Map<String, String> create(Map.Entry<String, String>[] entries) {
            ConcurrentMap<String, String> map = empty.get();
            for (Map.Entry<String, String> entry : entries) {
              map.put(entry.getKey(), entry.getValue());
            }
            return map;
          }
        })
        .named(name)
        .withFeatures(
            MapFeature.GENERAL_PURPOSE,
            CollectionFeature.SUPPORTS_ITERATOR_REMOVE,
            CollectionSize.ANY)
        .createTestSuite();
    List<TestCase> all = new ArrayList<>();
    collect(suite, all);
    assertThat(all).hasSizeGreaterThan(900);
    return all.stream().map(Case::new);
  }

  private static void collect(TestSuite suite, List<TestCase> all) {
    Collections.list(suite.tests()).forEach(test -> {
      if (test instanceof TestSuite inner) {
        collect(inner, all);
      } else {
        all.add((TestCase) test);
      }
    });
  }
}
