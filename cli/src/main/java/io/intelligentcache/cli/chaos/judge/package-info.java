/** The record of all writes, and the judge of all reads. */
@NullMarked
package io.intelligentcache.cli.chaos.judge;

import org.jspecify.annotations.NullMarked;
