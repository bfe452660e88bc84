package io.intelligentcache.all;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The directions of the imports: {@code tier} at the bottom knows nobody, the root wires. */
final class ArchitectureTest {
  private static final String ROOT = "io.intelligentcache";

  private static final JavaClasses CLASSES = new ClassFileImporter()
      .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
      .withImportOption(location -> !location.contains("-tests.jar"))
      .importPackages(ROOT);

  private static void only(String part, String... mayUse) {
    String[] allowed = new String[mayUse.length + 2];
    System.arraycopy(mayUse, 0, allowed, 2, mayUse.length);
    allowed[0] = ROOT + "." + part + "..";
    allowed[1] = "java..";
    classes()
        .that()
        .resideInAPackage(ROOT + "." + part + "..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(withAnnotations(allowed))
        .check(CLASSES);
  }

  private static String[] withAnnotations(String[] allowed) {
    String[] all = java.util.Arrays.copyOf(allowed, allowed.length + 2);
    all[allowed.length] = "org.jspecify.annotations..";
    all[allowed.length + 1] = "com.google.errorprone.annotations..";
    return all;
  }

  @Test
  void theTierPortAndTheTableOfSettingsKnowNobody() {
    only("tier");
    only("setting");
  }

  @Test
  void memoryKnowsTheClocksAndTheJvmAndCoherenceWhatTiersTell() {
    only("memory", ROOT + ".tier..", "com.sun.management..", "org.slf4j..");
    only("coherence", ROOT + ".tier..", ROOT + ".stats..");
  }

  @Test
  void codecsKnowItemsAndTheirLibraries() {
    only(
        "codec",
        ROOT + ".tier..",
        ROOT + ".setting..",
        "tools.jackson..",
        "com.fasterxml.jackson.annotation..",
        "net.jpountz..");
  }

  @Test
  void patternsKnowRe2AndStatisticsKnowTiers() {
    only("invalidation", "com.google.re2j..");
    only("stats", ROOT + ".tier..");
  }

  @Test
  void diskKnowsThePortAndItsSettings() {
    only("disk", ROOT + ".tier..", ROOT + ".setting..", "javax.crypto..", "org.slf4j..");
  }

  @Test
  void redisKnowsThePortItsSettingsAndLettuce() {
    only(
        "redis",
        ROOT + ".tier..",
        ROOT + ".setting..",
        "org.slf4j..",
        "io.lettuce..",
        "io.netty..",
        "reactor..");
  }

  @Test
  void onlyTheConfigurationKnowsTheTiersByName() {
    noClasses()
        .that()
        .resideInAPackage(ROOT)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(ROOT + ".disk..", ROOT + ".redis..", ROOT + ".config..")
        .check(CLASSES);
  }

  @Test
  void onlyTheDiskTierOpensFiles() {
    noClasses()
        .that()
        .resideOutsideOfPackages(ROOT + ".disk..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("java.nio.channels..")
        .check(CLASSES);
  }

  @Test
  void importsFormNoCircle() {
    slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(CLASSES);
  }
}
