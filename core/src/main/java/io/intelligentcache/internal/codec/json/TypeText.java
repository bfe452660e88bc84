package io.intelligentcache.internal.codec.json;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.type.ResolvedRecursiveType;

/**
 * The text of a type, with all of its type arguments: two types have the same text only if they are the same.
 * Jackson's canonical name leaves out the type arguments of an array's elements.
 */
public final class TypeText {
  private TypeText() {}

  public static String of(JavaType type) {
    if (type instanceof ResolvedRecursiveType) {
      return type.getRawClass().getName();
    }
    if (type.isArrayType()) {
      return of(type.getContentType()) + "[]";
    }
    List<JavaType> arguments = new ArrayList<>(type.getBindings().getTypeParameters());
    if (arguments.isEmpty() && type.isContainerType()) { // a class that extends List<String>
      if (type.getKeyType() != null) {
        arguments.add(type.getKeyType());
      }
      arguments.add(type.getContentType());
    }
    String name = type.getRawClass().getName();
    return arguments.isEmpty()
        ? name
        : name + "<" + String.join(",", arguments.stream().map(TypeText::of).toList()) + ">";
  }

  /** Rewrites a message of Jackson for readers who don't know Jackson. */
  public static String plain(@Nullable String message) {
    if (message == null) {
      return "no reason given";
    }
    return message.contains("NullKeySerializer")
        ? "a map has a null key, for which JSON has no text"
        : message.replaceAll("\\[simple type, class ([^\\]]+)\\]", "$1");
  }
}
