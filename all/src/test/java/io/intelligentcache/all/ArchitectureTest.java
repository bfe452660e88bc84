package io.intelligentcache.all;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import io.intelligentcache.TieredCacheManager;
import io.intelligentcache.disk.Disk;
import io.intelligentcache.disk.DiskInspector;
import io.intelligentcache.redis.Redis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.Timer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Checks which packages users see, which package may use which, and how large a package may be. */
final class ArchitectureTest {
  private static final String ROOT = "io.intelligentcache";

  /** The packages that users of the library see. All other packages are named {@code internal}. */
  private static final Set<String> API = Set.of(
      ROOT,
      ROOT + ".codec",
      ROOT + ".config",
      ROOT + ".disk",
      ROOT + ".redis",
      ROOT + ".stats",
      ROOT + ".tier");

  /**
   * API types that create internal objects: each of them is an entry point to the implementation. The
   * implementation itself uses all other API types.
   */
  private static final Set<String> DOORS = Set.of(
      TieredCacheManager.class.getName(),
      Disk.class.getName(),
      DiskInspector.class.getName(),
      Redis.class.getName());

  /**
   * The classes that read the clocks of the JDK, or use its timers. All others get the time from outside, so that a
   * test can own it.
   */
  private static final Set<String> CLOCKS = Set.of(
      ROOT + ".tier.TimeSource",
      ROOT + ".internal.time.CoarseTime",
      ROOT + ".internal.concurrent.TimerThread",
      ROOT + ".internal.concurrent.SpinWait");

  private static final int MOST_TYPES = 20;

  private static final JavaClasses CLASSES = new ClassFileImporter()
      .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
      .withImportOption(location -> !location.contains("-tests.jar"))
      .importPackages(ROOT);

  private static boolean isInternal(JavaType type) {
    return type.getAllInvolvedRawTypes().stream()
        .anyMatch(raw -> (raw.getPackageName() + ".").contains(".internal."));
  }

  private static JavaClass outermost(JavaClass type) {
    return type.getEnclosingClass().map(ArchitectureTest::outermost).orElse(type);
  }

  private static boolean isVisible(Set<JavaModifier> modifiers) {
    return modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED);
  }

  private static boolean isVisible(JavaClass type) {
    return isVisible(type.getModifiers())
        && type.getEnclosingClass().map(ArchitectureTest::isVisible).orElse(true);
  }

  private static Stream<JavaType> signature(JavaClass type) {
    List<JavaType> all = new ArrayList<>(type.getInterfaces());
    type.getSuperclass().ifPresent(all::add);
    type.getTypeParameters().forEach(parameter -> all.addAll(parameter.getUpperBounds()));
    return all.stream();
  }

  private static Stream<JavaType> signature(JavaMember member) {
    return member.getAllInvolvedRawTypes().stream().map(JavaType.class::cast);
  }

  @Test
  void allThatIsNotApiIsInternal() {
    assertThat(CLASSES.stream().map(JavaClass::getPackageName).filter(name -> !API.contains(name)))
        .allSatisfy(name -> assertThat(name + ".").contains(".internal."));
  }

  @Test
  void noSignatureThatUsersSeeNamesAnInternalType() {
    List<String> wrong = new ArrayList<>();
    for (JavaClass type : CLASSES) {
      if (!API.contains(type.getPackageName()) || !isVisible(type)) {
        continue;
      }
      if (signature(type).anyMatch(ArchitectureTest::isInternal)) {
        wrong.add(type.getName());
      }
      for (JavaMember member : type.getMembers()) {
        if (isVisible(member.getModifiers())
            && !member.getModifiers().contains(JavaModifier.SYNTHETIC)
            && signature(member).anyMatch(ArchitectureTest::isInternal)) {
          wrong.add(member.getFullName());
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  /** Checked between packages, not only between modules. */
  @Test
  void packagesFormNoCircle() {
    slices()
        .assignedFrom(new SliceAssignment() {
          @Override
          public SliceIdentifier getIdentifierOf(JavaClass type) {
            JavaClass top = outermost(type);
            return DOORS.contains(top.getName())
                ? SliceIdentifier.of("door " + top.getSimpleName())
                : SliceIdentifier.of(type.getPackageName());
          }

          @Override
          public String getDescription() {
            return "a slice for each package, and one for each door";
          }
        })
        .should()
        .beFreeOfCycles()
        .check(CLASSES);
  }

  @Test
  void noPackageIsLargeWithoutAReason() throws IOException {
    List<String> large = new ArrayList<>();
    for (String module : List.of("core", "disk", "redis", "all")) {
      Path sources = Path.of("..", module, "src", "main", "java");
      try (Stream<Path> all = Files.walk(sources)) {
        for (Path folder : all.filter(Files::isDirectory).toList()) {
          long types = types(folder);
          Path reason = folder.resolve("package-info.java");
          if (types > MOST_TYPES
              && !Files.readString(reason).contains("<p>It has more than 20 types, because ")) {
            large.add(sources.relativize(folder) + ": " + types);
          }
        }
      }
    }
    assertThat(large).isEmpty();
  }

  private static long types(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".java") && !name.equals("package-info.java"))
          .count();
    }
  }

  /** Only the package for which a library is meant uses that library. */
  @Test
  void librariesStayWhereTheyAreUsed() {
    only("tools.jackson..", ROOT + ".codec..", ROOT + ".internal.codec..");
    only("com.fasterxml.jackson..", ROOT + ".internal.codec..");
    only("net.jpountz..", ROOT + ".codec..", ROOT + ".internal.codec..");
    only("com.google.re2j..", ROOT + ".internal.invalidation..");
    only("io.lettuce..", ROOT + ".redis..");
    only("io.netty..", ROOT + ".redis..");
    only("reactor..", ROOT + ".redis..");
    only("java.nio.channels..", ROOT + ".disk..");
    only("javax.crypto..", ROOT + ".disk..");
  }

  private static void only(String library, String... users) {
    noClasses()
        .that()
        .resideOutsideOfPackages(users)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library)
        .check(CLASSES);
  }

  @Test
  void timeComesInFromOutside() {
    assertThat(CLASSES.stream()
            .filter(type -> type.getCodeUnitAccessesFromSelf().stream()
                .anyMatch(access -> isOfTheJdksTime(access.getTarget())))
            .map(type -> outermost(type).getName())
            .distinct())
        .containsExactlyInAnyOrderElementsOf(CLOCKS);
  }

  /** Whether a method or constructor reads a clock of the JDK, or waits or schedules on one. */
  private static boolean isOfTheJdksTime(CodeUnitAccessTarget target) {
    String type = target.getOwner().getName();
    return switch (target.getName()) {
      case "nanoTime", "currentTimeMillis" -> type.equals("java.lang.System");
      case "sleep" -> type.equals("java.lang.Thread") || type.equals(TimeUnit.class.getName());
      case "now" -> type.startsWith("java.time.");
      case "system", "systemUTC", "systemDefaultZone" -> type.equals("java.time.Clock");
      case "orTimeout", "completeOnTimeout", "delayedExecutor" ->
        target.getOwner().isAssignableTo(CompletableFuture.class);
      case "newScheduledThreadPool", "newSingleThreadScheduledExecutor" ->
        type.equals(Executors.class.getName());
      case JavaConstructor.CONSTRUCTOR_NAME ->
        target.getOwner().isAssignableTo(ScheduledThreadPoolExecutor.class)
            || target.getOwner().isAssignableTo(Timer.class);
      default -> false;
    };
  }

  @Test
  void theInsideOfATierIsItsOwn() {
    inside("disk");
    inside("redis");
  }

  private static void inside(String tier) {
    classes()
        .that()
        .resideInAPackage(ROOT + "." + tier + ".internal..")
        .should()
        .onlyHaveDependentClassesThat()
        .resideInAPackage(ROOT + "." + tier + "..")
        .check(CLASSES);
  }

  @Test
  void onlyTheConfigurationKnowsTheTiersByName() {
    noClasses()
        .that()
        .resideOutsideOfPackages(ROOT + ".config..", ROOT + ".disk..", ROOT + ".redis..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(ROOT + ".disk..", ROOT + ".redis..")
        .check(CLASSES);
  }
}
