/** The Redis servers of a run. */
@NullMarked
package io.intelligentcache.cli.chaos.server;

import org.jspecify.annotations.NullMarked;
