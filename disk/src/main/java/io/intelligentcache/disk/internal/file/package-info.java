/** The directory of a store: its lock, its files, its clock, and file access. */
@NullMarked
package io.intelligentcache.disk.internal.file;

import org.jspecify.annotations.NullMarked;
