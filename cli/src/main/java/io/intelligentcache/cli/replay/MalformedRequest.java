package io.intelligentcache.cli.replay;

/** A line or record that is no request of its format; its reader knows where it stands. */
final class MalformedRequest extends Exception {
  private static final long serialVersionUID = 1;

  MalformedRequest(String why) {
    super(why, null, false, false);
  }
}
