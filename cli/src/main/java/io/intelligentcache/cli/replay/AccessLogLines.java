package io.intelligentcache.cli.replay;

import java.util.List;

/**
 * The access log of Apache and nginx, common or combined: {@code host - user [date] "GET /path
 * HTTP/1.1" 200 1234 ...}.
 *
 * <p>The key is the path with its query, the size is the bytes sent. Requests other than GET and
 * HEAD, broken ones that the server has noted as such among them, are skipped: no cache would
 * answer them.
 */
final class AccessLogLines implements LineFormat {
  private static final String REQUEST_BEGINS = "] \"";

  @Override
  public void read(String line, TraceBuilder trace) throws MalformedRequest {
    int begin = line.indexOf(REQUEST_BEGINS, Math.max(0, line.indexOf(" [")));
    if (line.indexOf(" [") < 0 || begin < 0) {
      throw malformed();
    }
    begin += REQUEST_BEGINS.length();
    int end = closingQuote(line, begin);
    long bytes = bytes(line, end + 1);
    String target = target(line.substring(begin, end));
    if (target.isEmpty()) {
      trace.skip();
    } else {
      trace.add(target, bytes);
    }
  }

  /** Whether a line is of this format. */
  static boolean matches(String line) {
    try {
      new AccessLogLines().read(line, new TraceBuilder());
      return true;
    } catch (MalformedRequest other) {
      return false;
    }
  }

  /** The closing quote; one within the request has a backslash before it. */
  private static int closingQuote(String line, int from) throws MalformedRequest {
    for (int at = from; at < line.length(); at++) {
      if (line.charAt(at) == '\\') {
        at++;
      } else if (line.charAt(at) == '"') {
        return at;
      }
    }
    throw malformed();
  }

  /** Reads {@code " 200 1234"}: the status is checked, the bytes count; a dash is none. */
  private static long bytes(String line, int from) throws MalformedRequest {
    List<String> rest = List.of(line.substring(from).strip().split(" ", 3));
    if (rest.size() < 2 || !isStatus(rest.get(0))) {
      throw malformed();
    }
    if (rest.get(1).equals("-")) {
      return 0;
    }
    try {
      return Long.parseUnsignedLong(rest.get(1)) & Long.MAX_VALUE;
    } catch (NumberFormatException notANumber) {
      throw malformed();
    }
  }

  private static boolean isStatus(String text) {
    return text.length() == 3 && text.chars().allMatch(Character::isDigit);
  }

  /** What is asked for, or nothing if the method is another one. */
  private static String target(String request) {
    int space = request.indexOf(' ');
    String method = space < 0 ? "" : request.substring(0, space);
    if (!method.equals("GET") && !method.equals("HEAD")) {
      return "";
    }
    int protocol = request.lastIndexOf(" HTTP/");
    return request
        .substring(space + 1, protocol > space ? protocol : request.length())
        .strip();
  }

  private static MalformedRequest malformed() {
    return new MalformedRequest(
        "not an access log's line (host - user [date] \"GET /path HTTP/1.1\" status bytes)");
  }
}
