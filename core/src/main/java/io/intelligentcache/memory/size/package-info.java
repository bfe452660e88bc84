/** How much heap objects take, measured by walking what they refer to. */
@NullMarked
package io.intelligentcache.memory.size;

import org.jspecify.annotations.NullMarked;
