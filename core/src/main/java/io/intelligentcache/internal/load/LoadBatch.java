package io.intelligentcache.internal.load;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.intelligentcache.Loaded;
import io.intelligentcache.internal.base.Failures;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Keys that are loaded in one call of a bulk loader: those that this instance may load at once. A key that another
 * instance is loading does not delay the others. If this instance must load it later, that is a call of its own.
 */
public final class LoadBatch<K, V> {
  private final Function<Set<K>, CompletableFuture<Map<K, Loaded<V>>>> loader;

  @GuardedBy("this")
  private final List<Member> wanted = new ArrayList<>();

  @GuardedBy("this")
  private int undecided = 1; // one for the caller, which is still adding keys

  public LoadBatch(Function<Set<K>, CompletableFuture<Map<K, Loaded<V>>>> loader) {
    this.loader = loader;
  }

  /** Adds a key that may have to be loaded. */
  public synchronized PendingLoad<V> add(K key) {
    undecided++;
    return new Member(key);
  }

  /** Called when no more keys will be added. */
  public void complete() {
    decided();
  }

  private void decided() {
    List<Member> now;
    synchronized (this) {
      if (--undecided > 0 || wanted.isEmpty()) {
        return;
      }
      now = List.copyOf(wanted);
    }
    load(now);
  }

  /** Loads the keys of some members. Whatever keys and executors throw, every member completes. */
  private void load(List<Member> members) {
    try {
      Set<K> keys = new LinkedHashSet<>();
      members.forEach(member -> keys.add(member.key));
      var unused = loader
          .apply(Collections.unmodifiableSet(keys))
          .whenComplete(
              (loaded, failure) -> members.forEach(member -> member.end(loaded, failure)));
    } catch (Throwable failure) {
      Throwable safe = Failures.safe(failure);
      members.forEach(member -> member.end(null, safe));
    }
  }

  private final class Member implements PendingLoad<V> {
    private final K key;
    private final CompletableFuture<Loaded<V>> loaded = new CompletableFuture<>();

    @GuardedBy("LoadBatch.this")
    private boolean isDecided;

    Member(K key) {
      this.key = key;
    }

    @Override
    public CompletableFuture<Loaded<V>> now() {
      boolean inTime;
      synchronized (LoadBatch.this) {
        inTime = !isDecided;
        isDecided = true;
        if (inTime) {
          wanted.add(this);
        }
      }
      if (inTime) {
        decided();
      } else {
        load(List.of(this));
      }
      return loaded;
    }

    private void end(@Nullable Map<K, Loaded<V>> all, @Nullable Throwable failure) {
      try {
        if (all == null || failure != null) {
          loaded.completeExceptionally(requireNonNull(failure));
        } else {
          loaded.complete(all.getOrDefault(key, Loaded.absent()));
        }
      } catch (Throwable ofTheKey) {
        loaded.completeExceptionally(Failures.safe(ofTheKey));
      }
    }

    @Override
    public void notNow() {
      boolean first;
      synchronized (LoadBatch.this) {
        first = !isDecided;
        isDecided = true;
      }
      if (first) {
        decided();
      }
    }
  }
}
