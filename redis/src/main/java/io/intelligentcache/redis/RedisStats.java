package io.intelligentcache.redis;

import io.intelligentcache.tier.Tier;
import java.util.Optional;

/**
 * What only a Redis tier counts, since it was opened.
 *
 * @param supersededWrites puts and removals that Redis refused because it held something newer
 * @param expiredWrites puts that reached Redis so late that it refused them for that
 * @param scriptReloads commands that were sent again because Redis had forgotten the program
 * @param clockErrorMicros how far the clock of Redis, as known here, may be from the truth, in
 *     microseconds; writes of two instances that are closer than this may be put in either order
 */
public record RedisStats(
    long supersededWrites, long expiredWrites, long scriptReloads, long clockErrorMicros) {

  /**
   * The statistics of a tier.
   *
   * @param tier any tier
   * @return its counters at about this instant, or nothing if it is no Redis tier
   */
  public static Optional<RedisStats> of(Tier tier) {
    return tier instanceof RedisTier redis ? Optional.of(redis.redisStats()) : Optional.empty();
  }
}
