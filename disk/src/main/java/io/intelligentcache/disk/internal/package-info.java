/** The disk tier: puts its parts together, and begins and ends them. */
@NullMarked
package io.intelligentcache.disk.internal;

import org.jspecify.annotations.NullMarked;
