package io.intelligentcache.internal.tier;

import io.intelligentcache.tier.Lookup;
import io.intelligentcache.tier.Reason;
import io.intelligentcache.tier.Tier;
import io.intelligentcache.tier.TierKey;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/** Reads items from a device, one after the other. */
final class TimedRead implements DeviceRead {
  static final Duration DEADLINE = Duration.ofSeconds(1);

  private final Tier device;
  private final List<TierKey> keys;
  private final LongSupplier nanos;
  private final CompletableFuture<List<Lookup>> answer = new CompletableFuture<>();

  /** The first {@link #done} are there. Written by the running thread only. */
  private final Lookup[] got;

  private volatile int done;
  private volatile boolean running;

  /** When it began to run. */
  private volatile long started;

  /** When the caller asked, or the device answered last. */
  private volatile long since;

  /**
   * Creates it; it has not begun.
   *
   * @param nanos the clock
   */
  TimedRead(Tier device, List<TierKey> keys, LongSupplier nanos) {
    this.device = device;
    this.keys = keys;
    this.nanos = nanos;
    this.got = new Lookup[keys.size()];
    this.since = nanos.getAsLong();
  }

  /** One lookup per key; completed by {@link #end}. */
  CompletableFuture<List<Lookup>> answer() {
    return answer;
  }

  /** Reads one key after the other, until it is answered. Does not answer. */
  @Override
  public void run() {
    started = nanos.getAsLong();
    running = true; // before it asks whether it is answered, see isRunning
    for (int i = 0; i < got.length && !answer.isDone(); i++) {
      got[i] = device.get(keys.get(i)).join();
      since = nanos.getAsLong();
      done = i + 1;
    }
  }

  @Override
  public int end(Reason why) {
    int known = done;
    Lookup[] lookups = Arrays.copyOf(got, got.length);
    if (known < lookups.length) {
      Arrays.fill(lookups, known, lookups.length, new Lookup.Refused(why));
    }
    return answer.complete(Arrays.asList(lookups)) ? lookups.length - known : 0;
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  @Override
  public boolean isLate(long now) {
    return now - since >= DEADLINE.toNanos();
  }

  @Override
  public boolean hangs(long now) {
    return running && isLate(now) && now - started >= DEADLINE.toNanos();
  }

  @Override
  public void again() {
    var unused = device.get(keys.get(Math.min(done, keys.size() - 1))).join();
  }
}
