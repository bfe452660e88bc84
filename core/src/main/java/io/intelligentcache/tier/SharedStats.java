package io.intelligentcache.tier;

/**
 * What only a {@link SharedTier} counts, since it was opened.
 *
 * @param servers servers that own keys, as far as is known
 * @param listening how many of them tell of changes at present; fewer than there are: every read of a
 *     copy asks
 * @param publishing whether instances publish what they change, in place of the servers tracking it
 * @param confirmations questions whether a copy is still right that were answered with yes
 * @param supersededWrites writes that were refused because something newer was there
 * @param expiredWrites puts that came so late that they were refused for that
 * @param lateFills what was loaded and not stored, because its key had changed since the load began; and
 *     other writes whose condition did not hold
 * @param repeatedWrites puts whose outcome was unknown and that were repeated with success
 * @param unsettledKeys keys whose last write was not acknowledged, and that are not read until that was
 *     made up for
 * @param unsettledRemovals clears and removals by pattern that are not done, and spaces in which one was
 *     refused because too many were not; what they remove is not read
 * @param breakerOpenings times that a server was left alone because it did not answer
 * @param scriptReloads commands that were sent again because a server had forgotten the program
 * @param clockErrorMicros how far the time of the servers, as known here, may be from the truth, in
 *     microseconds; writes of two instances that are closer than this may be put in either order
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
