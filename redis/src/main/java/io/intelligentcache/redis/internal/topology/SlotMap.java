package io.intelligentcache.redis.internal.topology;

import io.intelligentcache.redis.internal.settings.RedisAddress;
import java.util.BitSet;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The owners of the keys: the primaries, each with its slots.
 *
 * @param primaries all servers that accept writes, including those that own no slot yet
 * @param otherNames other names and ports of these servers, as redirections may use them
 */
record SlotMap(Map<RedisAddress, BitSet> primaries, Map<RedisAddress, RedisAddress> otherNames) {
  /** One server that owns all keys, in a single slot. */
  static SlotMap of(RedisAddress only) {
    BitSet slot = new BitSet();
    slot.set(0);
    return new SlotMap(Map.of(only, slot), Map.of());
  }

  /** The address under which a server is known here, for any of its names. */
  RedisAddress canonical(RedisAddress named) {
    RedisAddress canonical = otherNames.get(named);
    return canonical == null ? named : canonical;
  }

  /** The owner of each slot. */
  @Nullable
  RedisAddress[] owners(int slots) {
    RedisAddress[] owners = new RedisAddress[slots];
    primaries.forEach((address, owned) -> owned.stream().forEach(slot -> owners[slot] = address));
    return owners;
  }
}
