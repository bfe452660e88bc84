package io.intelligentcache.cli.replay;

/** A line or record is not a request of its format. The reader adds its position. */
final class MalformedRequest extends Exception {
  private static final long serialVersionUID = 1;

  MalformedRequest(String why) {
    super(why, null, false, false);
  }
}
