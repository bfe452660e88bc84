/** Instances, and the threads that read and write through them. */
@NullMarked
package io.intelligentcache.cli.chaos.traffic;

import org.jspecify.annotations.NullMarked;
