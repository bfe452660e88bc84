/** Measures how many bytes of heap an object graph takes. */
@NullMarked
package io.intelligentcache.internal.memory.size;

import org.jspecify.annotations.NullMarked;
