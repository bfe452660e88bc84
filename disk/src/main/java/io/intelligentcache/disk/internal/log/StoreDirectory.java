package io.intelligentcache.disk.internal.log;

import io.intelligentcache.disk.internal.file.DirectoryLock;
import io.intelligentcache.disk.internal.file.SegmentOutput;

/**
 * The directory of an open store, and what writes its files.
 *
 * @param lock keeps others out of it
 * @param manifest the MANIFEST file
 * @param hintFiles the hint files
 * @param files opens segment files
 */
public record StoreDirectory(
    DirectoryLock lock, ManifestFile manifest, HintFiles hintFiles, SegmentOutput.Opener files) {}
