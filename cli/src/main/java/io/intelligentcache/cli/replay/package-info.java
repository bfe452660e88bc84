/** Replays recorded requests through the memory engine. */
@NullMarked
package io.intelligentcache.cli.replay;

import org.jspecify.annotations.NullMarked;
