/** The memory tier: tables of entries, one budget in bytes, and expiry. */
@NullMarked
package io.intelligentcache.internal.memory;

import org.jspecify.annotations.NullMarked;
