package io.intelligentcache.cli;

import picocli.CommandLine.IVersionProvider;

/** The version that the build wrote into the jar. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    String version = Icm.class.getPackage().getImplementationVersion();
    return new String[] {"icm " + (version == null ? "(not packaged)" : version)};
  }
}
