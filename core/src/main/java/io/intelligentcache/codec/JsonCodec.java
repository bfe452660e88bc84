package io.intelligentcache.codec;

import java.lang.reflect.Type;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/** Values as JSON. No class names are written or read, so data can't choose what is instantiated. */
final class JsonCodec<V> implements Codec<V> {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private final JavaType type;
  private final ObjectWriter writer;
  private final ObjectReader reader;

  JsonCodec(Type type) {
    this.type = MAPPER.constructType(type);
    this.writer = MAPPER.writerFor(this.type);
    this.reader = MAPPER.readerFor(this.type);
  }

  @Override
  public String id() {
    return "json/1:" + type.toCanonical();
  }

  @Override
  public byte[] encode(V value) {
    try {
      return writer.writeValueAsBytes(value);
    } catch (JacksonException | StackOverflowError e) {
      throw new CodecException(
          "a value of type " + value.getClass().getName() + " can't be written as JSON of type "
              + type.toCanonical() + ": " + e.getMessage(),
          e);
    }
  }

  @Override
  public V decode(byte[] bytes) {
    V value = reader.readValue(bytes);
    if (value == null) {
      throw new CodecException("JSON null is not a value of type " + type.toCanonical(), null);
    }
    return value;
  }
}
