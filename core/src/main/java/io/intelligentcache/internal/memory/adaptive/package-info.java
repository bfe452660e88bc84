/** The ADAPTIVE policy: learns from the workload which entries are worth their bytes. */
@NullMarked
package io.intelligentcache.internal.memory.adaptive;

import org.jspecify.annotations.NullMarked;
