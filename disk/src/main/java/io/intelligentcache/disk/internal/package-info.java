/** The disk tier: connects its parts, starts them and stops them. */
@NullMarked
package io.intelligentcache.disk.internal;

import org.jspecify.annotations.NullMarked;
