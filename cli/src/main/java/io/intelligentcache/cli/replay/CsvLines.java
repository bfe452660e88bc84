package io.intelligentcache.cli.replay;

import java.util.ArrayList;
import java.util.List;

/**
 * Columns {@code key,size,ttl,time}, those on the right optional, with or without a header.
 *
 * <p>A field may stand in double quotes, with a quote in it doubled. Size (bytes) and TTL (seconds)
 * are whole numbers, time is in seconds, with a fraction or not; an empty field is unknown.
 */
final class CsvLines implements LineFormat {
  private static final List<String> COLUMNS = List.of("key", "size", "ttl", "time");

  private static final double MILLIS = 1_000;

  private boolean started;

  @Override
  public void read(String line, TraceBuilder trace) throws MalformedRequest {
    List<String> fields = fields(line);
    boolean first = !started;
    started = true;
    if (first && fields.get(0).equalsIgnoreCase(COLUMNS.get(0))) {
      checkHeader(fields);
      return;
    }
    if (fields.size() > COLUMNS.size()) {
      throw new MalformedRequest(
          fields.size() + " columns, where key,size,ttl,time are all there are");
    }
    if (fields.get(0).isEmpty()) {
      throw new MalformedRequest("the key is empty");
    }
    long size = fields.size() > 1 ? whole("size", fields.get(1)) : 0;
    long ttl = fields.size() > 2 ? whole("ttl", fields.get(2)) : 0;
    double time = fields.size() > 3 ? time(fields.get(3)) : 0;
    trace.add(KeyLines.key(fields.get(0)), size, ttl, (long) (time * MILLIS));
  }

  private static void checkHeader(List<String> fields) throws MalformedRequest {
    for (int i = 0; i < fields.size(); i++) {
      if (i >= COLUMNS.size() || !fields.get(i).equalsIgnoreCase(COLUMNS.get(i))) {
        throw new MalformedRequest("the columns must be key,size,ttl,time in this order");
      }
    }
  }

  private static long whole(String column, String text) throws MalformedRequest {
    if (text.isEmpty()) {
      return 0;
    }
    try {
      long value = Long.parseLong(text);
      if (value >= 0) {
        return value;
      }
    } catch (NumberFormatException notANumber) {
      // said below
    }
    throw new MalformedRequest(column + " must be a whole number, 0 or more: " + text);
  }

  private static double time(String text) throws MalformedRequest {
    try {
      double time = text.isEmpty() ? 0 : Double.parseDouble(text);
      if (Double.isFinite(time)) {
        return time;
      }
    } catch (NumberFormatException notANumber) {
      // said below
    }
    throw new MalformedRequest("time must be a number: " + text);
  }

  private static List<String> fields(String line) throws MalformedRequest {
    var fields = new ArrayList<String>(COLUMNS.size());
    int at = 0;
    do {
      boolean quoted = at < line.length() && line.charAt(at) == '"';
      int end = quoted ? closingQuote(line, at) + 1 : comma(line, at);
      if (end < line.length() && line.charAt(end) != ',') {
        throw new MalformedRequest("text after a closing quote");
      }
      fields.add(
          quoted
              ? line.substring(at + 1, end - 1).replace("\"\"", "\"")
              : line.substring(at, end).strip());
      at = end + 1;
    } while (at <= line.length());
    return fields;
  }

  private static int comma(String line, int from) {
    int comma = line.indexOf(',', from);
    return comma < 0 ? line.length() : comma;
  }

  private static int closingQuote(String line, int opening) throws MalformedRequest {
    int quote = line.indexOf('"', opening + 1);
    while (quote >= 0 && quote + 1 < line.length() && line.charAt(quote + 1) == '"') {
      quote = line.indexOf('"', quote + 2);
    }
    if (quote < 0) {
      throw new MalformedRequest("a quote is not closed");
    }
    return quote;
  }
}
