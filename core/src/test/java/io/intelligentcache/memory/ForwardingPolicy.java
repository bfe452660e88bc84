package io.intelligentcache.memory;

import org.jspecify.annotations.Nullable;

/** Hands everything on to another policy; a test overrides what it wants to watch or hold up. */
class ForwardingPolicy implements Policy {
  private final Policy policy;

  ForwardingPolicy(Policy policy) {
    this.policy = policy;
  }

  @Override
  public void ensureSlots(int slots) {
    policy.ensureSlots(slots);
  }

  @Override
  public void hit(int slot) {
    policy.hit(slot);
  }

  @Override
  public void add(int slot, long hash, long size) {
    policy.add(slot, hash, size);
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
  public @Nullable Runnable chore() {
    return policy.chore();
  }

  @Override
  public long metadataBytes() {
    return policy.metadataBytes();
  }
}
