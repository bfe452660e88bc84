/** Inspects a store without changing it. */
@NullMarked
package io.intelligentcache.disk.internal.inspect;

import org.jspecify.annotations.NullMarked;
