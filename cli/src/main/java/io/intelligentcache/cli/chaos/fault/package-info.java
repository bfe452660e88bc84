/** Faults, when each begins, and how it is injected. */
@NullMarked
package io.intelligentcache.cli.chaos.fault;

import org.jspecify.annotations.NullMarked;
