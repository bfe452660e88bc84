/** Clocks. */
@NullMarked
package io.intelligentcache.internal.time;

import org.jspecify.annotations.NullMarked;
