package io.intelligentcache.cli.replay;

import java.util.ArrayList;
import java.util.List;

/**
 * Reads lines with the columns {@code key,size,ttl,time}. Columns may be missing from the
 * right, and the header is optional.
 *
 * <p>Columns are separated by commas, semicolons or tabs. A separator must allow the reader to parse the
 * first line; among several such separators, the one that gives the most columns is chosen. With
 * semicolons, the time may have a decimal comma, because some programs write it so. A first line {@code
 * sep=;}, as Excel writes it, sets the separator.
 *
 * <p>A field may be in double quotes; a quote in it is doubled. Size (bytes) and TTL (seconds) are whole
 * numbers. Time is in seconds and may have a fraction. An empty field is unknown.
 */
final class CsvLines implements LineFormat {
  private static final List<String> COLUMNS = List.of("key", "size", "ttl", "time");

  private static final double MILLIS = 1_000;
  private static final char[] SEPARATORS = {',', ';', '\t'};
  private static final String CHOICE = "sep=";
  private static final int READABLE = 1 << 20;

  private boolean started;
  private boolean headed;
  private char separator = SEPARATORS[0];

  @Override
  public void read(String line, TraceBuilder trace) throws MalformedRequest {
    if (!started) {
      started = true;
      if (line.startsWith(CHOICE) && line.length() == CHOICE.length() + 1) {
        separator = line.charAt(CHOICE.length());
        return;
      }
      separator = separatorOf(line);
    }
    List<String> fields = fields(line);
    boolean first = !headed;
    headed = true;
    if (first && isHeader(fields)) {
      checkHeader(fields);
      return;
    }
    add(fields, trace);
  }

  /** Whether a line is a header, with any separator. */
  static boolean isHeader(String line) {
    var lines = new CsvLines();
    lines.separator = lines.separatorOf(line);
    try {
      List<String> fields = lines.fields(line);
      return fields.size() > 1 && isHeader(fields);
    } catch (MalformedRequest none) {
      return false;
    }
  }

  private static boolean isHeader(List<String> fields) {
    return fields.get(0).equalsIgnoreCase(COLUMNS.get(0));
  }

  /**
   * Chooses the separator. A header decides; else the separator with the most columns is chosen, with
   * preference for one with which the line can be parsed.
   */
  private char separatorOf(String first) {
    char best = SEPARATORS[0];
    int most = 0;
    for (char candidate : SEPARATORS) {
      separator = candidate;
      int worth = worth(first);
      if (worth > most) {
        best = candidate;
        most = worth;
      }
    }
    return best;
  }

  private int worth(String first) {
    List<String> fields;
    try {
      fields = fields(first);
    } catch (MalformedRequest none) {
      return 0;
    }
    if (fields.size() == 1) {
      return 1;
    }
    if (isHeader(fields)) {
      return Integer.MAX_VALUE;
    }
    try {
      add(fields, new TraceBuilder());
      return READABLE + fields.size();
    } catch (MalformedRequest unreadable) {
      return fields.size();
    }
  }

  private void add(List<String> fields, TraceBuilder trace) throws MalformedRequest {
    if (fields.size() > COLUMNS.size()) {
      throw new MalformedRequest(fields.size() + " columns; allowed are only key,size,ttl,time");
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
        throw new MalformedRequest("the columns must be key,size,ttl,time in this order, separated"
            + " by commas, semicolons or tabs");
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
      // reported below
    }
    throw new MalformedRequest(column + " must be a whole number, 0 or more: " + text
        + "; if that is a part of the key, put the key in double quotes");
  }

  private double time(String text) throws MalformedRequest {
    try {
      String number = separator == ';' ? text.replace(',', '.') : text;
      double time = number.isEmpty() ? 0 : Double.parseDouble(number);
      if (Double.isFinite(time)) {
        return time;
      }
    } catch (NumberFormatException notANumber) {
      // reported below
    }
    throw new MalformedRequest("time must be a number: " + text);
  }

  private List<String> fields(String line) throws MalformedRequest {
    var fields = new ArrayList<String>(COLUMNS.size());
    int at = 0;
    do {
      boolean quoted = at < line.length() && line.charAt(at) == '"';
      int end = quoted ? closingQuote(line, at) + 1 : fieldEnd(line, at);
      if (end < line.length() && line.charAt(end) != separator) {
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

  private int fieldEnd(String line, int from) {
    int end = line.indexOf(separator, from);
    return end < 0 ? line.length() : end;
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
