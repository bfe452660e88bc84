/** What the commands share: how they fail, show progress and print tables. */
@NullMarked
package io.intelligentcache.cli.console;

import org.jspecify.annotations.NullMarked;
