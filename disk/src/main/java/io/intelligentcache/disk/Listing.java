package io.intelligentcache.disk;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * What recovery knows of a segment.
 *
 * @param indexed whether its side index says so; else it was read
 * @param sealed whether its records reach its seal
 */
record Listing(Entries entries, boolean indexed, boolean sealed) {

  /** Reads the side index, or where there is none that fits, the segment. */
  static Listing read(SegmentFiles.Found found, Manifest manifest, ByteBuffer window)
      throws IOException {
    SideIndex side = found.sideIndex(manifest);
    if (side != null) {
      return new Listing(side.entries(), true, true);
    }
    Scan scan =
        Scan.of(found.segment(), found.generation(), found.bytes(), window, (offset, what) -> {});
    return new Listing(scan.entries(), false, scan.sealed());
  }
}
