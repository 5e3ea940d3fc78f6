package io.millrace.server.sources;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** What brings an item into a list. */
@SuppressWarnings("ImmutableEnumChecker")
public enum Source {
  /** The graph, from what the user did. */
  RETRIEVER,
  /** What others did right after what the user did last. */
  TRANSITIONS,
  /** What goes together with what the user did last. */
  COOCCURRENCE,
  /** What reads like what the user did last. */
  TEXT,
  /** What is close to each of the user's interests, in proportion to them. */
  MULTI_INTEREST,
  /** What was met most often in training. */
  POPULAR,
  /** What is met most often now. */
  POPULAR_NOW,
  /** What is met more often now than in training. */
  RISING,
  /** What the user did in the session that goes on. */
  CONTINUATION,
  /** What is new and reads like what the user did last. */
  FRESH,
  /** Keywords of the user's profile in the item's text. */
  KEYWORDS,
  /** The profile's vector close to the item's. */
  PROFILE,
  /** What those like who say the same of themselves. */
  LIKE_MINDED;

  /** All of them, in this order. */
  public static final List<Source> ALL = List.of(values());

  /** Bytes of the longest label. */
  public static final int LONGEST =
      ALL.stream().mapToInt(source -> source.utf8.length).max().orElse(0);

  private final String label = name().toLowerCase(Locale.ROOT);
  private final byte[] utf8 = label.getBytes(StandardCharsets.UTF_8);

  /** As callers and bundles name it. */
  public String label() {
    return label;
  }

  /** The label as it is sent; not to be changed. */
  public byte[] utf8() {
    return utf8;
  }
}
