/** A manager's whole configuration from properties. */
@NullMarked
package io.intelligentcache.config;

import org.jspecify.annotations.NullMarked;
