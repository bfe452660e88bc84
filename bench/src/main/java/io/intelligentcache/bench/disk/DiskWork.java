package io.intelligentcache.bench.disk;

import io.intelligentcache.bench.measure.CpuTime;
import io.intelligentcache.bench.measure.Rounded;
import io.intelligentcache.bench.measure.Scratch;
import io.intelligentcache.bench.measure.Written;
import io.intelligentcache.bench.memory.Footprint;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Measures one contender in one workload, in a separate process. Warm-up rounds come first and do not
 * count: in them the code is compiled and native libraries are loaded.
 */
final class DiskWork {
  private static final String WARM_UP = "warm-up";
  private static final String STORE = "store";
  private static final int WARM_UP_PART = 5;
  private static final Duration WARM_UP_FILL = Duration.ofSeconds(2);

  /** With a shorter warm-up, the measurement would include the compilation of code. */
  private static final Duration WARM_UP_TIME = Duration.ofSeconds(8);

  private static final int WARM_UP_ENTRIES = 100;
  private static final double SECOND = 1e9;

  /**
   * Reads per entry in the cap workload that do not count. After them the
   * popular entries are in the store.
   */
  private static final double SETTLING_PART = 0.5;

  private static final Duration SETTLING_LIMIT = Duration.ofSeconds(10);

  private final DiskWorkload workload;
  private final DiskContender contender;
  private final Path directory;
  private final DiskEntries entries;
  private final DiskEntries few;
  private final Duration time;

  private DiskWork(
      DiskWorkload workload, DiskContender contender, Path directory, int entries, Duration time) {
    this.workload = workload;
    this.contender = contender;
    this.directory = directory;
    this.entries = new DiskEntries(workload.isMixed(), entries);
    this.few = new DiskEntries(workload.isMixed(), entries / WARM_UP_PART);
    this.time = time;
  }

  /** The task of a process. */
  enum Task {
    /** Measures puts and gets. */
    FILL,
    /** Measures read-through at a capped size. */
    CAP,
    /** Fills the store for {@link #OPEN}; prints the number of entries. */
    PREPARE,
    /** Measures opening. */
    OPEN
  }

  /**
   * Prints the result.
   *
   * @param args task, workload, contender, directory, entries, and milliseconds to measure gets
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    var work = new DiskWork(
        DiskWorkload.valueOf(args[1]),
        DiskContender.valueOf(args[2]),
        Path.of(args[3]),
        Integer.parseInt(args[4]),
        Duration.ofMillis(Long.parseLong(args[5])));
    var mapper = new JsonMapper();
    System.out.println(mapper.writeValueAsString(
        switch (Task.valueOf(args[0])) {
          case FILL -> work.fill();
          case CAP -> work.cap();
          case PREPARE -> work.prepare();
          case OPEN -> work.open();
        }));
    System.exit(0); // threads of a store must not keep it alive
  }

  private FillLine fill() throws IOException, InterruptedException {
    warmUp(() -> fill(WARM_UP, few, WARM_UP_FILL, time.dividedBy(8)));
    return fill(STORE, entries, DiskScale.FILL_LIMIT, time);
  }

  /** Runs warm-up rounds, for the same time with every contender. */
  private static void warmUp(Round round) throws IOException, InterruptedException {
    long begun = System.nanoTime();
    do {
      round.run();
    } while (System.nanoTime() - begun < WARM_UP_TIME.toNanos());
  }

  /** A warm-up round. */
  @FunctionalInterface
  private interface Round {
    void run() throws IOException, InterruptedException;
  }

  private FillLine fill(String name, DiskEntries data, Duration limit, Duration reading)
      throws IOException, InterruptedException {
    Path place = directory.resolve(name);
    var room = new Room(data.bytesOfFirst(data.count()), false);
    Written before = Written.now();
    StoreUnderTest store = contender.open(place, data, room);
    var cpu = new CpuTime();
    Fill filled = Fill.of(store, data, limit);
    double seconds = filled.seconds();
    if (contender.writesWhenClosed()) {
      long begun = System.nanoTime();
      store.close();
      seconds += (System.nanoTime() - begun) / SECOND;
      store = contender.open(place, data, room);
    }
    store.rest();
    double cpuPerPut = cpu.microsPer(filled.filled());
    @Nullable Gets one = null;
    @Nullable Gets two = null;
    if (!contender.isFilledOnly()) {
      var unused = Gets.of(store, data, filled.filled(), 1, reading.dividedBy(4));
      one = Gets.of(store, data, filled.filled(), 1, reading);
      two = Gets.of(store, data, filled.filled(), 2, reading);
    }
    store.close();
    long written = Written.now().since(before, contender.isMapped());
    long disk = DiskUsage.of(place);
    Scratch.delete(place);
    return line(filled, seconds, cpuPerPut, one, two, disk, written);
  }

  private FillLine line(
      Fill filled,
      double seconds,
      double cpuPerPut,
      @Nullable Gets one,
      @Nullable Gets two,
      long disk,
      long written) {
    double bytes = filled.bytes();
    return new FillLine(
        workload,
        contender,
        filled.filled(),
        filled.bytes(),
        Rounded.of(filled.filled() / seconds),
        Rounded.of(cpuPerPut),
        filled.retries(),
        one == null ? null : Rounded.of(one.perSecond()),
        one == null ? null : Rounded.of(one.cpuMicros()),
        one == null ? null : Rounded.of(one.p50Micros()),
        one == null ? null : Rounded.of(one.p99Micros()),
        two == null ? null : Rounded.of(two.perSecond()),
        two == null ? null : Rounded.of(two.p50Micros()),
        two == null ? null : Rounded.of(two.p99Micros()),
        one == null || two == null
            ? 0
            : one.verified().misses() + two.verified().misses(),
        one == null || two == null ? 0 : one.verified().wrong() + two.verified().wrong(),
        Rounded.of(disk / bytes),
        written == 0 ? null : Rounded.of(written / bytes),
        Written.name(contender.isMapped()));
  }

  private CapLine cap() throws IOException, InterruptedException {
    warmUp(() -> cap(WARM_UP, few, WARM_UP_FILL, time.dividedBy(8)));
    return cap(STORE, entries, DiskScale.FILL_LIMIT, time);
  }

  private CapLine cap(String name, DiskEntries data, Duration limit, Duration reading)
      throws IOException, InterruptedException {
    Path place = directory.resolve(name);
    var room = new Room(data.bytesOfFirst(data.count()) / 2, true);
    StoreUnderTest store = contender.open(place, data, room);
    var sampler = new DiskSampler(place);
    Fill filled = Fill.timed(store, data, limit);
    var asked = new ReadThrough(store, data, filled.filled());
    asked.run((long) (data.count() * SETTLING_PART), SETTLING_LIMIT);
    store.settle();
    Written before = Written.now();
    asked.run(Long.MAX_VALUE, reading);
    store.settle();
    long written = Written.now().since(before, contender.isMapped());
    store.close();
    sampler.stop();
    Scratch.delete(place);
    return new CapLine(
        workload,
        contender,
        filled.filled(),
        room.bytes(),
        Rounded.of(asked.perSecond()),
        Rounded.of(asked.cpuMicrosPerOp()),
        Rounded.of(asked.hitRatio()),
        Rounded.of(asked.longestPutMillis()),
        Rounded.of(asked.p99PutMicros()),
        Rounded.of(filled.longestPutMillis()),
        asked.dropped(),
        asked.wrong(),
        Rounded.of((double) sampler.most() / room.bytes()),
        sampler.looks(),
        written == 0 ? null : Rounded.of((double) written / asked.bytes()),
        Written.name(contender.isMapped()));
  }

  private int prepare() throws IOException {
    var room = new Room(entries.bytesOfFirst(entries.count()), false);
    try (StoreUnderTest store = contender.open(directory.resolve(STORE), entries, room)) {
      return Fill.of(store, entries, DiskScale.FILL_LIMIT).filled();
    }
  }

  private ReopenLine open() throws IOException {
    try (StoreUnderTest store =
        contender.open(directory.resolve(WARM_UP), few, new Room(few.bytesOfFirst(1), false))) {
      for (int entry = 0; entry < Math.min(WARM_UP_ENTRIES, few.count()); entry++) {
        store.put(entry, few.key(entry), few.value(entry));
      }
      store.settle();
      new Verified(few).get(store, 0);
    }
    var room = new Room(entries.bytesOfFirst(entries.count()), false);
    var all = new Verified(entries);
    long before = Footprint.used();
    long begun = System.nanoTime();
    try (StoreUnderTest store = contender.open(directory.resolve(STORE), entries, room)) {
      all.get(store, 0);
      double seconds = (System.nanoTime() - begun) / SECOND;
      double index = (double) (Footprint.used() - before) / entries.count();
      for (int entry = 1; entry < entries.count(); entry++) {
        all.get(store, entry);
      }
      return new ReopenLine(
          workload,
          contender,
          entries.count(),
          Rounded.of(seconds),
          all.misses(),
          all.wrong(),
          contender == DiskContender.OURS ? Rounded.of(index) : null);
    }
  }
}
