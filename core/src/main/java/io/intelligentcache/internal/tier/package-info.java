/** Tiers that wrap other tiers, among them one that gives reads a deadline; and a tier that holds nothing. */
@NullMarked
package io.intelligentcache.internal.tier;

import org.jspecify.annotations.NullMarked;
