/**
 * The log: appends records to segments, acknowledges them when the files have them, and keeps them
 * readable until then.
 */
@NullMarked
package io.intelligentcache.disk.internal.log;

import org.jspecify.annotations.NullMarked;
