package io.intelligentcache.internal.tier;

import io.intelligentcache.tier.Listing;
import io.intelligentcache.tier.Reason;
import io.intelligentcache.tier.Space;
import io.intelligentcache.tier.Tier;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Reads one page of a listing from a device. The tier bounds the steps that a page takes. */
final class TimedListing implements DeviceRead {
  private final Tier device;
  private final Space space;
  private final Listing.@Nullable Cursor from;
  private final LongSupplier nanos;
  private final long asked;
  private final CompletableFuture<Listing> answer = new CompletableFuture<>();

  private volatile boolean running;
  private volatile long started;

  /**
   * Creates it; it has not begun.
   *
   * @param nanos the clock
   */
  TimedListing(Tier device, Space space, Listing.@Nullable Cursor from, LongSupplier nanos) {
    this.device = device;
    this.space = space;
    this.from = from;
    this.nanos = nanos;
    this.asked = nanos.getAsLong();
  }

  CompletableFuture<Listing> answer() {
    return answer;
  }

  @Override
  public void run() {
    started = nanos.getAsLong();
    running = true;
    if (!answer.isDone()) {
      answer.complete(page());
    }
  }

  private Listing page() {
    return device.list(space, from).join();
  }

  @Override
  public int end(Reason why) {
    return answer.complete(new Listing.Refused(why, "")) ? 1 : 0;
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  @Override
  public boolean isLate(long now) {
    return now - asked >= TimedRead.DEADLINE.toNanos();
  }

  @Override
  public boolean hangs(long now) {
    return running && now - started >= TimedRead.DEADLINE.toNanos();
  }

  @Override
  public void again() {
    var unused = page();
  }
}
