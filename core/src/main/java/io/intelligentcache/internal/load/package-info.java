/** Runs loaders: on which threads, with which deadlines. */
@NullMarked
package io.intelligentcache.internal.load;

import org.jspecify.annotations.NullMarked;
