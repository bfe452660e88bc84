package io.intelligentcache.bench.measure;

import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Converts a name on the command line to an enum constant.
 *
 * @param constants the allowed constants
 * @param <E> the enum type
 */
public record Choice<E extends Enum<E>>(List<E> constants) implements ITypeConverter<E> {
  public static <E extends Enum<E>> Choice<E> of(Class<E> type) {
    return new Choice<>(Arrays.asList(type.getEnumConstants()));
  }

  @Override
  public E convert(String name) {
    for (E constant : constants) {
      if (constant.name().equalsIgnoreCase(name)) {
        return constant;
      }
    }
    throw new TypeConversionException("must be one of "
        + String.join(", ", constants.stream().map(Enum::toString).toList()) + ": " + name);
  }
}
