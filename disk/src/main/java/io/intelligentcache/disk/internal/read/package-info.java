/** Reads records. */
@NullMarked
package io.intelligentcache.disk.internal.read;

import org.jspecify.annotations.NullMarked;
