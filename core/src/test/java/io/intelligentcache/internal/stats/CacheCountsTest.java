package io.intelligentcache.internal.stats;

import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.internal.stats.CacheCounters.Event;
import io.intelligentcache.stats.CacheStats;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class CacheCountsTest {
  private static CacheStats counted(long seed) {
    var random = new Random(seed);
    var counters = new CacheCounters();
    counters.addHits(random.nextInt(1_000_000));
    for (Event event : Event.values()) {
      counters.add(event, random.nextInt(1_000_000));
    }
    return counters.snapshot(random.nextInt(1_000_000));
  }

  /** All numbers that a reading has, by the names of their accessors; those that are computed are left out. */
  private static Map<String, Long> numbers(Class<?> type, Object reading)
      throws ReflectiveOperationException {
    Map<String, Long> all = new TreeMap<>();
    for (Method method : type.getMethods()) {
      if (!Modifier.isAbstract(method.getModifiers()) || method.getParameterCount() > 0) {
        continue;
      }
      if (method.getReturnType() == long.class) {
        all.put(method.getName(), (Long) method.invoke(reading));
      } else {
        numbers(method.getReturnType(), method.invoke(reading))
            .forEach((name, number) -> all.put(method.getName() + "." + name, number));
      }
    }
    return all;
  }

  private static Map<String, Long> numbers(CacheStats reading) throws ReflectiveOperationException {
    return numbers(CacheStats.class, reading);
  }

  @Test
  void eachEventIsReadUnderANameOfItsOwn() throws ReflectiveOperationException {
    var counters = new CacheCounters();
    for (Event event : Event.values()) {
      counters.add(event, event.ordinal() + 1);
    }
    counters.addHits(Event.values().length + 1);
    assertThat(numbers(counters.snapshot(0)).values())
        .hasSize(Event.values().length + 2) // memory hits and entries
        .doesNotHaveDuplicates();
  }

  @Test
  void aSumIsTheSumOfEachNumber() throws ReflectiveOperationException {
    Map<String, Long> expected = numbers(counted(1));
    numbers(counted(2)).forEach((name, number) -> expected.merge(name, number, Long::sum));

    assertThat(numbers(counted(1).plus(counted(2)))).isEqualTo(expected);
  }

  @Test
  void aDifferenceIsTheDifferenceOfEachCounterAndTheLaterEntries()
      throws ReflectiveOperationException {
    CacheStats before = counted(1);
    CacheStats more = counted(2);

    Map<String, Long> since = numbers(before.plus(more).since(before));

    Map<String, Long> expected = numbers(more);
    expected.put("entries", before.entries() + more.entries());
    assertThat(since).isEqualTo(expected);
  }
}
