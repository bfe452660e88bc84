/** The shared parts of the commands: failures, progress and tables. */
@NullMarked
package io.intelligentcache.cli.console;

import org.jspecify.annotations.NullMarked;
