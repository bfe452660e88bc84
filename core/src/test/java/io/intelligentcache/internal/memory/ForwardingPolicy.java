package io.intelligentcache.internal.memory;

import io.intelligentcache.internal.memory.policy.Policy;
import org.jspecify.annotations.Nullable;

/** Hands everything on to another policy; a test overrides what it wants to watch or hold up. */
public class ForwardingPolicy implements Policy {
  private final Policy policy;

  public ForwardingPolicy(Policy policy) {
    this.policy = policy;
  }

  @Override
  public void ensureSlots(int slots) {
    policy.ensureSlots(slots);
  }

  @Override
  public void attach(Marks marks) {
    policy.attach(marks);
  }

  @Override
  public long hit(int slot, long mark) {
    return policy.hit(slot, mark);
  }

  @Override
  public long add(int slot, long hash, long size) {
    return policy.add(slot, hash, size);
  }

  @Override
  public void update(int slot, long size) {
    policy.update(slot, size);
  }

  @Override
  public void remove(int slot) {
    policy.remove(slot);
  }

  @Override
  public boolean makeRoom(long need, long hash, long size, Victims victims) {
    return policy.makeRoom(need, hash, size, victims);
  }

  @Override
  public int rank(int slot, long mark) {
    return policy.rank(slot, mark);
  }

  @Override
  public @Nullable Runnable chore() {
    return policy.chore();
  }
}
