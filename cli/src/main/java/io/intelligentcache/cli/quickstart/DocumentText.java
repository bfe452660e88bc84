package io.intelligentcache.cli.quickstart;

import java.util.SplittableRandom;

/**
 * The content of documents, always the same for the same document and version: 100 bytes to 200 KB,
 * log-normal with a median of 3 KB, and as repetitive as the JSON of business objects.
 */
final class DocumentText {
  static final int MIN_BYTES = 100;
  static final int MAX_BYTES = 200_000;

  private static final double LOG_MEDIAN = Math.log(3_000);
  private static final double LOG_DEVIATION = 1.3;
  private static final String[] FIELDS = {
    "name",
    "city",
    "street",
    "status",
    "amount",
    "currency",
    "created",
    "updated",
    "quantity",
    "product",
    "comment",
    "discount",
    "country",
    "email",
    "phone",
    "reference"
  };
  private static final String[] WORDS = {
    "Berlin",
    "London",
    "Oslo",
    "Lisbon",
    "active",
    "pending",
    "shipped",
    "returned",
    "standard",
    "express",
    "invoice",
    "customer",
    "please leave with the neighbour",
    "EUR",
    "USD",
    "blue",
    "large",
    "cotton",
    "steel",
    "no comment"
  };

  private DocumentText() {}

  static String of(String owner, int id, int version) {
    var random = new SplittableRandom(31L * owner.hashCode() + id * 1_000_003L + version);
    int size = size(new SplittableRandom(31L * owner.hashCode() + id));
    var text = new StringBuilder(size + 64);
    while (text.length() < size) {
      text.append(FIELDS[random.nextInt(FIELDS.length)]).append(": ");
      if (random.nextInt(3) == 0) {
        text.append(random.nextInt(1_000_000));
      } else {
        text.append(WORDS[random.nextInt(WORDS.length)]);
      }
      text.append("; ");
    }
    text.setLength(size);
    return text.toString();
  }

  /** Draws the size, which does not depend on the version. */
  private static int size(SplittableRandom random) {
    // The sum of twelve uniform numbers is nearly normal: mean 6, deviation 1.
    double normal = random.doubles(12).sum() - 6;
    double size = Math.exp(LOG_MEDIAN + LOG_DEVIATION * normal);
    return (int) Math.max(MIN_BYTES, Math.min(MAX_BYTES, size));
  }
}
