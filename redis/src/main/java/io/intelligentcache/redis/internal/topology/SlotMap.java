package io.intelligentcache.redis.internal.topology;

import io.intelligentcache.redis.internal.settings.RedisAddress;
import java.util.BitSet;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who owns which keys: the servers that take writes, each with its slots.
 *
 * @param primaries all of them, also those that own no slot yet
 * @param otherNames other names and ports of theirs, as redirections may use them
 */
record SlotMap(Map<RedisAddress, BitSet> primaries, Map<RedisAddress, RedisAddress> otherNames) {
  /** One server that owns everything, in one slot. */
  static SlotMap of(RedisAddress only) {
    BitSet slot = new BitSet();
    slot.set(0);
    return new SlotMap(Map.of(only, slot), Map.of());
  }

  /** The server that has this name, as it is called here. */
  RedisAddress canonical(RedisAddress named) {
    RedisAddress canonical = otherNames.get(named);
    return canonical == null ? named : canonical;
  }

  /** Who owns each slot. */
  @Nullable
  RedisAddress[] owners(int slots) {
    RedisAddress[] owners = new RedisAddress[slots];
    primaries.forEach((address, owned) -> owned.stream().forEach(slot -> owners[slot] = address));
    return owners;
  }
}
