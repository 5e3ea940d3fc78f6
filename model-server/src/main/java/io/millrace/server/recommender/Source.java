package io.millrace.server.recommender;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** What brings an item into a list. */
enum Source {
  /** The graph, from what the user did. */
  RETRIEVER,
  /** Keywords of the user's profile in the item's text. */
  KEYWORDS,
  /** The profile's vector close to the item's. */
  PROFILE;

  /** Bytes of the longest of them. */
  static final int LONGEST = RETRIEVER.utf8.length;

  private final byte[] utf8 = name().toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8);

  /** As callers see it; not to be changed. */
  byte[] utf8() {
    return utf8;
  }
}
