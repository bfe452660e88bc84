package io.intelligentcache.all;

import static java.util.Comparator.comparing;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Compares the types and members that users of the library can use with {@code public-api.txt}. So a change of
 * the API is seen in review, and nothing disappears unnoticed.
 */
final class PublicApiTest {
  private static final Path APPROVED = Path.of("src", "test", "resources", "public-api.txt");
  private static final Path FOUND = Path.of("target", "public-api.txt");

  private static final String WHAT_TO_DO =
      "%nIf a line of public-api.txt disappears or changes, code of users no longer compiles or links. If all changes"
          + " are meant:%n  cp all/target/public-api.txt all/src/test/resources/public-api.txt%n";

  @Test
  void thePublicApiIsTheApprovedOne() throws IOException {
    List<String> found = new ArrayList<>();
    for (Class<?> type : types()) {
      describe(type, found);
    }
    Files.createDirectories(FOUND.toAbsolutePath().getParent());
    Files.write(FOUND, found);
    Set<String> approved = withTypes(Files.readAllLines(APPROVED));
    Set<String> present = withTypes(found);

    assertThat(missing(approved, present)).as("removed or changed" + WHAT_TO_DO).isEmpty();
    assertThat(missing(present, approved)).as("added" + WHAT_TO_DO).isEmpty();
  }

  private static List<String> missing(Set<String> lines, Set<String> in) {
    return lines.stream().filter(line -> !in.contains(line)).toList();
  }

  /** The lines, each member with the name of its type. */
  private static Set<String> withTypes(List<String> lines) {
    Set<String> all = new LinkedHashSet<>();
    String type = "";
    for (String line : lines) {
      if (line.startsWith(" ")) {
        all.add(type + ": " + line.strip());
      } else {
        type = line.replaceFirst("[:<].*", "");
        all.add(line);
      }
    }
    return all;
  }

  /** The public types of all packages that are not internal, by the names of their sources. */
  private static List<Class<?>> types() throws IOException {
    List<Class<?>> all = new ArrayList<>();
    for (String module : List.of("core", "disk", "redis", "all")) {
      Path sources = Path.of("..", module, "src", "main", "java");
      try (Stream<Path> files = Files.walk(sources)) {
        files
            .map(file -> sources
                .relativize(file)
                .toString()
                .replace(file.getFileSystem().getSeparator(), "."))
            .filter(name -> name.endsWith(".java") && !name.contains(".internal."))
            .map(name -> name.substring(0, name.length() - ".java".length()))
            .filter(name -> !name.endsWith("-info"))
            .forEach(name -> addPublic(typeOf(name), all));
      }
    }
    all.sort(comparing(Class::getName));
    return all;
  }

  private static Class<?> typeOf(String name) {
    try {
      return Class.forName(name, false, PublicApiTest.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }

  private static void addPublic(Class<?> type, List<Class<?>> all) {
    if (isVisible(type.getModifiers())) {
      all.add(type);
      for (Class<?> nested : type.getDeclaredClasses()) {
        addPublic(nested, all);
      }
    }
  }

  private static boolean isVisible(int modifiers) {
    return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
  }

  private static void describe(Class<?> type, List<String> lines) {
    boolean extendsNothing = type.isInterface() || type.isEnum() || type.isRecord();
    lines.add(type.getName() + parameters(type.getTypeParameters()).strip() + ": " + kind(type)
        + list(" extends ", extendsNothing ? new Type[0] : new Type[] {type.getGenericSuperclass()})
        + list(type.isInterface() ? " extends " : " implements ", type.getGenericInterfaces())
        + list(" permits ", type.isSealed() ? type.getPermittedSubclasses() : new Type[0]));
    List<Line> members = new ArrayList<>();
    for (Field field : type.getDeclaredFields()) {
      String kind = field.isEnumConstant()
          ? ""
          : modifiers(field, Modifier.FINAL) + named(field.getAnnotatedType()) + " ";
      members.add(new Line(field, kind + field.getName()));
    }
    for (Constructor<?> constructor : type.getDeclaredConstructors()) {
      members.add(new Line(constructor, "new" + call(constructor)));
    }
    for (Method method : type.getDeclaredMethods()) {
      if (!isGiven(method)) {
        members.add(new Line(
            method,
            (method.isDefault() ? "default " : "")
                + modifiers(method, type.isInterface() ? 0 : Modifier.ABSTRACT)
                + parameters(method.getTypeParameters())
                + named(method.getAnnotatedReturnType()) + " " + method.getName() + call(method)));
      }
    }
    members.stream()
        .filter(Line::isVisible)
        .sorted(comparing(Line::name).thenComparing(Line::text))
        .forEach(member -> lines.add("  " + member.text()));
  }

  /** A member, and how it is written. */
  private record Line(Member member, String text) {
    String name() {
      return member instanceof Constructor ? "" : member.getName();
    }

    boolean isVisible() {
      return PublicApiTest.isVisible(member.getModifiers()) && !member.isSynthetic();
    }
  }

  /** Whether every object has the method, or every enum. */
  private static boolean isGiven(Method method) {
    boolean ofEnums = method.getDeclaringClass().isEnum()
        && Modifier.isStatic(method.getModifiers())
        && Set.of("values", "valueOf").contains(method.getName());
    return ofEnums
        || Stream.of(Object.class.getMethods())
            .anyMatch(given -> given.getName().equals(method.getName())
                && Arrays.equals(given.getParameterTypes(), method.getParameterTypes()));
  }

  private static String kind(Class<?> type) {
    String kind = type.isInterface()
        ? "interface"
        : type.isEnum() ? "enum" : type.isRecord() ? "record" : "class";
    int shown = type.isInterface() || type.isEnum() || type.isRecord()
        ? 0
        : Modifier.FINAL | Modifier.ABSTRACT;
    String modifiers = Modifier.toString(type.getModifiers() & shown);
    return (modifiers.isEmpty() ? "" : modifiers + " ") + (type.isSealed() ? "sealed " : "") + kind;
  }

  private static String modifiers(Member member, int besides) {
    String all =
        Modifier.toString(member.getModifiers() & (Modifier.PROTECTED | Modifier.STATIC | besides));
    return all.isEmpty() ? "" : all + " ";
  }

  private static String call(Executable executable) {
    return Stream.of(executable.getAnnotatedParameterTypes())
            .map(PublicApiTest::named)
            .collect(joining(", ", "(", ")"))
        + list(" throws ", executable.getGenericExceptionTypes());
  }

  private static String list(String what, Type[] types) {
    String all = Stream.of(types)
        .map(PublicApiTest::named)
        .filter(name -> !name.equals("Object"))
        .collect(joining(", "));
    return all.isEmpty() ? "" : what + all;
  }

  private static String parameters(TypeVariable<?>[] parameters) {
    return parameters.length == 0
        ? ""
        : Stream.of(parameters)
            .map(parameter -> parameter.getName() + list(" extends ", parameter.getBounds()))
            .collect(joining(", ", "<", "> "));
  }

  /** A type without its packages, and whether it may be null. */
  private static String named(AnnotatedType type) {
    return (type.isAnnotationPresent(Nullable.class) ? "@Nullable " : "") + named(type.getType());
  }

  private static String named(Type type) {
    return type.getTypeName().replaceAll("\\b(?:[a-z]\\w*\\.)+(?=[A-Z])", "");
  }
}
