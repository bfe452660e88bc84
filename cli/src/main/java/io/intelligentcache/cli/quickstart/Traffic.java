package io.intelligentcache.cli.quickstart;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The requests of one client: mostly reads of popular documents; between them scans of the archive,
 * changes, sessions and reads of a tenant. The same seed draws the same requests. Not thread-safe.
 */
final class Traffic {
  private static final double SKEW = 0.9;
  private static final int SCAN_LENGTH = 100;
  private static final int BATCH = 10;
  private static final int SESSIONS = 500;

  /** The number of steps to which the following shares refer. */
  private static final int ALL = 100_000;

  private static final int OVERWRITES = 3_000;
  private static final int INVALIDATIONS = 1_000;
  private static final int TENANT_READS = 5_000;
  private static final int SESSION_VISITS = 4_000;
  private static final int BATCHES = 500;
  private static final int SCANS = 50;
  private static final int PATTERNS = 2;

  private final SplittableRandom random;
  private final CheckedCache shop;
  private final CheckedCache tenant;
  private final int popular;
  private final Zipf popularity;
  private final Zipf tenantPopularity;

  Traffic(long seed, CheckedCache shop, CheckedCache tenant) {
    this.random = new SplittableRandom(seed);
    this.shop = shop;
    this.tenant = tenant;
    this.popular = shop.documents() / 2;
    this.popularity = new Zipf(popular, SKEW);
    this.tenantPopularity = new Zipf(tenant.documents(), SKEW);
  }

  /**
   * Makes the next step.
   *
   * @return the number of reads in it
   */
  int step() {
    int left = random.nextInt(ALL);
    if ((left -= PATTERNS) < 0) {
      shop.invalidateGroup(random.nextInt(ALL));
      return 0;
    }
    if ((left -= SCANS) < 0) {
      return scan();
    }
    if ((left -= BATCHES) < 0) {
      return batch();
    }
    if ((left -= OVERWRITES) < 0) {
      shop.overwrite(document());
      return 0;
    }
    if ((left -= INVALIDATIONS) < 0) {
      shop.invalidate(document());
      return 0;
    }
    if ((left -= SESSION_VISITS) < 0) {
      shop.visit(random.nextInt(SESSIONS));
    } else if (left - TENANT_READS < 0) {
      tenant.read(tenantPopularity.next(random));
    } else {
      shop.read(document());
    }
    return 1;
  }

  /** Draws a popular document. Documents with neighbouring ranks have distant numbers. */
  private int document() {
    return (int) (popularity.next(random) * 7_919L % popular);
  }

  private int scan() {
    int first = popular + random.nextInt(popular - SCAN_LENGTH);
    for (int id = first; id < first + SCAN_LENGTH; id++) {
      shop.read(id);
    }
    return SCAN_LENGTH;
  }

  private int batch() {
    List<Integer> ids = new ArrayList<>();
    for (int i = 0; i < BATCH; i++) {
      ids.add(document());
    }
    return shop.readAll(ids);
  }
}
