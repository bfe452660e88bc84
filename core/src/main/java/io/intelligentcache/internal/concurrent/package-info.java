/** Threads, executors and deadlines of the library. */
@NullMarked
package io.intelligentcache.internal.concurrent;

import org.jspecify.annotations.NullMarked;
