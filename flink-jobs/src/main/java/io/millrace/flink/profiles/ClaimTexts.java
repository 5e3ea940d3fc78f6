package io.millrace.flink.profiles;

/** How claims are written: an aspect's claim is {@code aspect: finding}, any other its text. */
final class ClaimTexts {
  private static final String BETWEEN = ": ";

  private ClaimTexts() {}

  static String of(DraftClaim claim) {
    String text = UntrustedText.clean(claim.text(), Math.max(1, claim.text().length()));
    return claim.kind() == DraftClaim.Kind.ASPECT ? claim.aspect() + BETWEEN + text : text;
  }

  /** What is claimed, without the aspect that it is about. */
  static String finding(DraftClaim.Kind kind, String text) {
    int at = kind == DraftClaim.Kind.ASPECT ? text.indexOf(BETWEEN) : -1;
    return at < 0 ? text : text.substring(at + BETWEEN.length());
  }

  /** What two texts that claim the same have in common. */
  static String key(String text) {
    return Words.phrase(text);
  }
}
