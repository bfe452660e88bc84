package io.intelligentcache.bench.redis;

import io.intelligentcache.bench.measure.ForkedJava;
import io.intelligentcache.bench.measure.WrongAnswerException;
import io.intelligentcache.bench.memory.CacheUnderTest;
import io.intelligentcache.bench.memory.HitLoad;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Measures clients in this process, with one server. Only hits are measured in separate
 * processes. The reason: a hit takes nanoseconds, so the time depends on which other caches the
 * compiler has seen in the same code.
 */
final class RedisWork implements RedisTurns, AutoCloseable {
  private static final ForkedJava HITS = new ForkedJava(
      HitLoad.class, List.of("-Xms512m", "-Xmx512m", "-XX:+UseG1GC"), Duration.ofMinutes(10));

  private final String url;
  private final RedisScale scale;
  private final RemoteEntries entries = new RemoteEntries();
  private final Map<RedisContender, RemoteUnderTest> remotes = new EnumMap<>(RedisContender.class);
  private final Map<RedisContender, Pair> pairs = new EnumMap<>(RedisContender.class);
  private int changes;

  RedisWork(String url, RedisScale scale) {
    this.url = url;
    this.scale = scale;
  }

  /** Two instances of one cache. */
  private record Pair(CacheUnderTest writer, CacheUnderTest reader) {}

  @Override
  public double rate(RedisWorkload workload, RedisContender contender)
      throws WrongAnswerException, IOException, InterruptedException {
    RemoteLoad load = workload.load();
    if (load == null) {
      return Double.parseDouble(HITS.run(
          List.of(contender.name(), url, Long.toString(scale.turnOfHits().toMillis()))));
    }
    RemoteUnderTest remote = remotes.get(contender);
    if (remote == null) {
      remote = contender.openRemote(url, entries);
      remotes.put(contender, remote);
      RemoteLoad.fill(remote);
    }
    return load.run(remote, scale.turn());
  }

  @Override
  public void propagate(RedisContender contender, Propagation into) throws WrongAnswerException {
    Pair pair = pairs.computeIfAbsent(
        contender, absent -> new Pair(contender.openCache(url), contender.openCache(url)));
    into.run(pair.writer, pair.reader, changes, scale.changes());
    changes += scale.changes();
  }

  @Override
  public void close() {
    remotes.values().forEach(RemoteUnderTest::close);
    pairs.values().forEach(pair -> {
      pair.reader.close();
      pair.writer.close();
    });
  }
}
