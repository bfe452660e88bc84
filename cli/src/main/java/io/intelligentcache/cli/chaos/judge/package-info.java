/** What was written, and what a read may therefore answer. */
@NullMarked
package io.intelligentcache.cli.chaos.judge;

import org.jspecify.annotations.NullMarked;
