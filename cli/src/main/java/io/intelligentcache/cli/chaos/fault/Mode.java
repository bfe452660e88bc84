package io.intelligentcache.cli.chaos.fault;

/** What the instances of a run share. */
public enum Mode {
  /** One Redis server; each instance has a proxy of its own before it. */
  SERVER,
  /** A Redis cluster of primaries with a replica each, which instances reach straight. */
  CLUSTER;

  /** The name in reports. */
  public String label() {
    return this == CLUSTER ? "cluster" : "server";
  }
}
