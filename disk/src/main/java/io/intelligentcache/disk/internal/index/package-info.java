/** The index: where the newest record of each key is. */
@NullMarked
package io.intelligentcache.disk.internal.index;

import org.jspecify.annotations.NullMarked;
