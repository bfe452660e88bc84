/**
 * The operations of the tier: reads, writes, leases, removals of many keys, and repairs of writes whose outcome is
 * unknown.
 */
@NullMarked
package io.intelligentcache.redis.internal.operation;

import org.jspecify.annotations.NullMarked;
