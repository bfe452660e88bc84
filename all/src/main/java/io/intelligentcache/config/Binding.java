package io.intelligentcache.config;

import io.intelligentcache.internal.setting.Setting;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** A setting, and the builder's method that takes its value. */
record Binding<B, T>(Setting<T> setting, BiFunction<B, T, B> method) {
  /** Passes the settings that are set to a builder. */
  static <B> B apply(List<Binding<B, ?>> bindings, B builder, Values values) {
    B changed = builder;
    for (Binding<B, ?> binding : bindings) {
      changed = binding.apply(changed, values);
    }
    return changed;
  }

  private B apply(B builder, Values values) {
    @Nullable T value = values.get(setting);
    return value == null ? builder : method.apply(builder, value);
  }
}
