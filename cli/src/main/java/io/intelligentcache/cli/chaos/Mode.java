package io.intelligentcache.cli.chaos;

/** What the instances of a run share. */
enum Mode {
  /** One Redis server; each instance has a proxy of its own before it. */
  SERVER,
  /** A Redis cluster of primaries with a replica each, which instances reach straight. */
  CLUSTER;

  /** The name in reports. */
  String label() {
    return this == CLUSTER ? "cluster" : "server";
  }
}
