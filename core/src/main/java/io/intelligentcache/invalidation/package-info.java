/** Which keys an invalidation means. */
@NullMarked
package io.intelligentcache.invalidation;

import org.jspecify.annotations.NullMarked;
