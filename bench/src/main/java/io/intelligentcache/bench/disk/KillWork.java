package io.intelligentcache.bench.disk;

import static java.util.Objects.requireNonNull;

import io.intelligentcache.Memory;
import io.intelligentcache.TieredCache;
import io.intelligentcache.TieredCacheManager;
import io.intelligentcache.bench.measure.Zipf;
import io.intelligentcache.disk.Disk;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.LongAdder;

/** The process that is killed. It works for a while, prints how much it did, and waits. */
final class KillWork {
  private static final int THREADS = 2;
  private static final double SKEW = 0.99;
  private static final int DISK_MEGABYTES = 4_000;
  private static final int REQUESTS = 200_000;
  private static final int VALUE_BYTES = 1_024;

  private KillWork() {}

  /**
   * Runs the process.
   *
   * @param args the directory, the delay of write-behind in ISO form or "off", the workload, the seconds
   */
  public static void main(String[] args) throws InterruptedException {
    KillWorkload workload = KillWorkload.valueOf(args[2]);
    TieredCacheManager manager = open(Path.of(args[0]), args[1], workload);
    TieredCache<Integer, byte[]> cache = cache(manager);
    long end = System.nanoTime() + Duration.ofSeconds(Long.parseLong(args[3])).toNanos();
    var operations = new LongAdder();
    var done = new CountDownLatch(THREADS);
    for (int thread = 0; thread < THREADS; thread++) {
      var random = new SplittableRandom(thread);
      new Thread(() -> {
            operations.add(work(cache, workload, random, end));
            done.countDown();
          })
          .start();
    }
    done.await();
    System.out.println(
        operations.sum() + " " + requireNonNull(manager.stats().disk()).bytes());
    System.out.close(); // the reader then kills this process
    Thread.sleep(Duration.ofHours(1).toMillis());
  }

  private static long work(
      TieredCache<Integer, byte[]> cache,
      KillWorkload workload,
      SplittableRandom random,
      long end) {
    var keys = new Zipf(workload.keys(), SKEW);
    long count = 0;
    while (System.nanoTime() < end) {
      int key = keys.next(random);
      if (random.nextInt(100) < workload.puts()) {
        cache.put(key, value(key));
      } else {
        byte[] unused = cache.get(key, KillWork::value);
      }
      count++;
    }
    return count;
  }

  private static byte[] value(int key) {
    byte[] value = new byte[VALUE_BYTES];
    new Random(key).nextBytes(value);
    return value;
  }

  private static TieredCacheManager open(Path directory, String behind, KillWorkload workload) {
    Disk disk = Disk.at(directory).maximumMegabytes(DISK_MEGABYTES);
    return TieredCacheManager.builder()
        .memory(Memory.ofMegabytes(workload.megabytes()))
        .disk(
            behind.equals("off")
                ? disk.withoutWriteBehind()
                : disk.writeBehind(Duration.parse(behind)))
        .build();
  }

  private static TieredCache<Integer, byte[]> cache(TieredCacheManager manager) {
    return manager.cache("c", Integer.class, byte[].class);
  }

  /** The share of requests that find a value in the store of a killed process. */
  static double foundIn(Path directory, KillWorkload workload) {
    int found = 0;
    try (TieredCacheManager manager = open(directory, "off", workload)) {
      TieredCache<Integer, byte[]> cache = cache(manager);
      var keys = new Zipf(workload.keys(), SKEW);
      var random = new SplittableRandom(REQUESTS);
      for (int i = 0; i < REQUESTS; i++) {
        found += cache.get(keys.next(random)) == null ? 0 : 1;
      }
    }
    return (double) found / REQUESTS;
  }
}
