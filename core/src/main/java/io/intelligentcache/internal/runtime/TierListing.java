package io.intelligentcache.internal.runtime;

import io.intelligentcache.CacheTier;
import io.intelligentcache.ListingException;
import io.intelligentcache.internal.base.Failures;
import io.intelligentcache.internal.concurrent.BlockingCalls;
import io.intelligentcache.stats.TierUsage;
import io.intelligentcache.tier.Listing;
import io.intelligentcache.tier.Reason;
import io.intelligentcache.tier.Space;
import io.intelligentcache.tier.Tier;
import java.util.Collections;
import java.util.Iterator;
import java.util.Objects;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * Lists what a key space has in a tier below memory, page by page. Changes nothing, and takes no tenant into use.
 *
 * @param keyspace decodes the keys; that of another tenant of the same cache does, too
 * @param requireOpen throws if the cache or tenant is closed; called before and after each page
 */
public record TierListing<K>(
    Keyspace<K, ?> keyspace, Space space, CacheTier level, Runnable requireOpen) {
  private record Usage(long entries, long bytes) implements TierUsage {}

  /** What a key space has in memory. */
  public static TierUsage inMemory(Keyspace<?, ?> space) {
    return new Usage(space.table.size(), space.table.weight());
  }

  /** The keys that can be decoded. The traversal waits for one page after the other. */
  public Stream<K> keys() {
    return StreamSupport.stream(Pages::new, Spliterator.NONNULL, false)
        .map(entry -> keyspace.key(entry.key().bytes()))
        .filter(Objects::nonNull);
  }

  /** The number of entries and their bytes. No thread waits for the pages. */
  public CompletableFuture<TierUsage> usage() {
    var usage = new CompletableFuture<TierUsage>();
    add(new Usage(0, 0), null, usage);
    return usage;
  }

  /** Adds up the page at a place and those after it. Each page ends on a step thread, so that the stack stays flat. */
  private void add(
      Usage before, Listing.@Nullable Cursor from, CompletableFuture<TierUsage> usage) {
    var unused = Failures.attempt(() -> page(from))
        .whenCompleteAsync(
            (page, failure) -> {
              if (failure != null) {
                usage.completeExceptionally(Failures.unwrapped(failure));
                return;
              }
              Usage sum = sum(before, page);
              if (page.next() == null) {
                usage.complete(sum);
              } else {
                add(sum, page.next(), usage);
              }
            },
            keyspace.steps);
  }

  private static Usage sum(Usage before, Listing.Page page) {
    long bytes = page.entries().stream().mapToLong(Listing.Stored::bytes).sum();
    return new Usage(before.entries() + page.entries().size(), before.bytes() + bytes);
  }

  private CompletableFuture<Listing.Page> page(Listing.@Nullable Cursor from) {
    requireOpen.run();
    return tier().list(space, from).thenApply(listing -> {
      requireOpen.run(); // also the reason why a tier refuses because it is closed
      if (listing instanceof Listing.Refused refused) {
        throw new ListingException(message(refused), null);
      }
      return (Listing.Page) listing;
    });
  }

  private Tier tier() {
    Tiers tiers = keyspace.runtime.tiers();
    return level == CacheTier.DISK ? tiers.disk() : tiers.redis();
  }

  private String message(Listing.Refused refused) {
    String whose = (space.tenant().isEmpty() ? "" : "tenant \"" + space.tenant() + "\" of ")
        + "cache " + space.cache();
    return "the entries of " + whose + " in the " + level + " tier can't be listed: "
        + reason(refused.why()) + " (" + refused.why() + ")"
        + (refused.detail().isEmpty() ? "" : ": " + refused.detail());
  }

  private static String reason(Reason why) {
    return switch (why) {
      case OPEN -> "it can't be reached at present; try again later";
      case BUSY -> "too many calls wait for it; try again later";
      case LATE -> "it did not answer a page within its deadline; try again later";
      case BROKEN, TOO_LARGE, DECLINED -> "it failed";
      case CLOSED -> "it is closed";
    };
  }

  /** The entries of all pages. */
  private final class Pages extends Spliterators.AbstractSpliterator<Listing.Stored> {
    private Iterator<Listing.Stored> page = Collections.emptyIterator();
    private Listing.@Nullable Cursor next;
    private boolean last;

    Pages() {
      super(Long.MAX_VALUE, NONNULL);
    }

    @Override
    public boolean tryAdvance(Consumer<? super Listing.Stored> action) {
      while (!page.hasNext()) {
        if (last) {
          return false;
        }
        Listing.Page got = BlockingCalls.forTiers(page(next));
        page = got.entries().iterator();
        next = got.next();
        last = next == null;
      }
      action.accept(page.next());
      return true;
    }
  }
}
