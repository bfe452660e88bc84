/** Tiers in front of tiers: one that holds nothing, one that gives reads a deadline. */
@NullMarked
package io.intelligentcache.internal.tier;

import org.jspecify.annotations.NullMarked;
