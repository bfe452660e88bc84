package io.intelligentcache.tier;

/**
 * Counters that only a {@link SharedTier} has, since it was opened.
 *
 * @param servers servers that own keys, as far as is known
 * @param listening how many of them report invalidations at present; if it is less than {@code servers},
 *     every read of a copy asks Redis
 * @param publishing whether instances publish what they change; false if the servers track it
 * @param confirmations questions whether a copy is still right that the tier answered with yes
 * @param supersededWrites writes that were refused because something newer was there
 * @param expiredWrites puts that were refused because they arrived too late
 * @param lateFills loaded values that were not stored because their key had changed since the load began;
 *     and other writes whose condition did not hold
 * @param repeatedWrites puts whose outcome was unknown and that were retried with success
 * @param unsettledKeys keys whose last write was not acknowledged; they are not read until the write has
 *     been settled
 * @param unsettledRemovals clears and removals by pattern that are not finished, and key spaces in which
 *     one was refused because too many were unfinished; the keys that they remove are not read
 * @param breakerOpenings how often the breaker of a server opened because the server did not answer
 * @param scriptReloads commands that were sent again because a server no longer had the script
 * @param clockErrorMicros how far this instance's estimate of the servers' time may be wrong, in
 *     microseconds; writes of two instances that are closer than this may be ordered either way
 */
public record SharedStats(
    int servers,
    int listening,
    boolean publishing,
    long confirmations,
    long supersededWrites,
    long expiredWrites,
    long lateFills,
    long repeatedWrites,
    long unsettledKeys,
    long unsettledRemovals,
    long breakerOpenings,
    long scriptReloads,
    long clockErrorMicros) {}
