package io.millrace.flink.profiles;

import java.util.Locale;

/** What was done, in a word or two. */
final class Deeds {
  private Deeds() {}

  static String of(EvidenceEvent event) {
    Double value = event.value();
    return switch (event.type()) {
      case RATE -> value == null ? "rated" : "rated " + number(value);
      case LIKE -> "liked";
      case DISLIKE -> "disliked";
      case PURCHASE -> "bought";
      case CLICK -> "chose";
      case VIEW -> "looked at";
      case SKIP -> "passed over";
      case PREFERENCE_STATEMENT -> "said";
      case UNKNOWN -> "saw";
    };
  }

  private static String number(double value) {
    return value == Math.rint(value)
        ? Long.toString((long) value)
        : String.format(Locale.ROOT, "%.1f", value);
  }
}
