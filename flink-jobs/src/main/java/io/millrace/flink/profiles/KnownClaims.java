package io.millrace.flink.profiles;

import io.millrace.schemas.avro.Claim;
import java.util.List;
import java.util.stream.Collectors;

/** The claims of the profile before, as a question shows them: in one line, of bounded length. */
final class KnownClaims {
  private static final int MOST_CLAIMS = 8;
  private static final int MOST_TEXT = 60;

  private KnownClaims() {}

  static String line(List<Claim> claims) {
    String line =
        claims.stream()
            .limit(MOST_CLAIMS)
            .map(claim -> UntrustedText.clean(claim.getText(), MOST_TEXT))
            .collect(Collectors.joining(", "));
    return line.isEmpty() ? "nothing" : line;
  }
}
