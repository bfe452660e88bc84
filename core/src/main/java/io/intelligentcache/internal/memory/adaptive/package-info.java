/** The ADAPTIVE policy: learns from the workload how much longer an entry is worth its bytes. */
@NullMarked
package io.intelligentcache.internal.memory.adaptive;

import org.jspecify.annotations.NullMarked;
