/** Faults, and when each strikes. */
@NullMarked
package io.intelligentcache.cli.chaos.fault;

import org.jspecify.annotations.NullMarked;
