package io.intelligentcache.cli;

import picocli.CommandLine.IVersionProvider;

/** Prints the version that the build wrote into the manifest of the jar. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    String version = Icm.class.getPackage().getImplementationVersion();
    return new String[] {"icm " + (version == null ? "(not packaged)" : version)};
  }
}
