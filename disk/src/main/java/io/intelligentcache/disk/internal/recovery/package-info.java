/** Recovery: opens a store that an earlier process left. */
@NullMarked
package io.intelligentcache.disk.internal.recovery;

import org.jspecify.annotations.NullMarked;
