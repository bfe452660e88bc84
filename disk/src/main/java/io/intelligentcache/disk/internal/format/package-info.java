/** The formats of the files: records, headers, hint files, the manifest; and their encryption. */
@NullMarked
package io.intelligentcache.disk.internal.format;

import org.jspecify.annotations.NullMarked;
