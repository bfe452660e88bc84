package io.intelligentcache.cli.chaos.fault;

/** What the instances of a run share. */
public enum Mode {
  /** One Redis server; each instance reaches it through its own proxy. */
  SERVER,
  /** A Redis cluster of primaries with a replica each; instances reach it directly. */
  CLUSTER;

  /** The name in reports. */
  public String label() {
    return this == CLUSTER ? "cluster" : "server";
  }
}
