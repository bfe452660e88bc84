package io.intelligentcache.cli.replay;

import java.util.List;
import java.util.Set;

/**
 * Reads access logs of Apache and nginx, common or combined: {@code host - user [date] "GET
 * /path HTTP/1.1" 200 1234 ...}.
 *
 * <p>The key is the path with its query. The size is the number of bytes sent, if the server sent the
 * whole object: in reply to a GET, with status 200 or 203. Other replies send an error page, a part
 * of the object (206) or nothing (304, HEAD). Such a request counts, and its size is unknown.
 * Requests other than GET and HEAD are skipped, because no cache would answer them. So are broken
 * requests that the server has logged.
 */
final class AccessLogLines implements LineFormat {
  private static final String REQUEST_BEGINS = "] \"";
  private static final Set<String> WHOLE = Set.of("200", "203");

  @Override
  public void read(String line, TraceBuilder trace) throws MalformedRequest {
    int begin = line.indexOf(REQUEST_BEGINS, Math.max(0, line.indexOf(" [")));
    if (line.indexOf(" [") < 0 || begin < 0) {
      throw malformed();
    }
    begin += REQUEST_BEGINS.length();
    int end = closingQuote(line, begin);
    String request = line.substring(begin, end);
    long bytes = bytes(line, end + 1, request.startsWith("GET "));
    String target = target(request);
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

  /** Finds the closing quote. A quote within the request follows a backslash. */
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

  /**
   * Parses {@code " 200 1234"}: returns the size of the object, or 0 if it
   * is unknown. A dash is no size.
   */
  private static long bytes(String line, int from, boolean get) throws MalformedRequest {
    List<String> rest = List.of(line.substring(from).strip().split(" ", 3));
    if (rest.size() < 2 || !isStatus(rest.get(0))) {
      throw malformed();
    }
    if (rest.get(1).equals("-")) {
      return 0;
    }
    try {
      long sent = Long.parseUnsignedLong(rest.get(1)) & Long.MAX_VALUE;
      return get && WHOLE.contains(rest.get(0)) ? sent : 0;
    } catch (NumberFormatException notANumber) {
      throw malformed();
    }
  }

  private static boolean isStatus(String text) {
    return text.length() == 3 && text.chars().allMatch(digit -> digit >= '0' && digit <= '9');
  }

  /** The requested path, or an empty text if the method is not GET or HEAD. */
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
        "not a line of an access log (host - user [date] \"GET /path HTTP/1.1\" status bytes)");
  }
}
