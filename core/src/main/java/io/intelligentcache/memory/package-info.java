/** The memory tier: tables of entries, one budget in bytes, and the policies that decide who leaves. */
@NullMarked
package io.intelligentcache.memory;

import org.jspecify.annotations.NullMarked;
