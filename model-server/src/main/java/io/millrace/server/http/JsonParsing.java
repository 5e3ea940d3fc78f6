package io.millrace.server.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;

/** How JSON of callers is read: strictly, and within bounds. */
final class JsonParsing {
  /** Far more than any tensor has dimensions. */
  static final int MOST_NESTING = 32;

  private static final int LONGEST_NAME = 1_024;
  private static final int LONGEST_NUMBER = 64;

  private JsonParsing() {}

  static JsonFactory factory(int mostBytes) {
    return JsonFactory.builder()
        .streamReadConstraints(
            StreamReadConstraints.builder()
                .maxNestingDepth(MOST_NESTING)
                .maxNameLength(LONGEST_NAME)
                .maxNumberLength(LONGEST_NUMBER)
                .maxStringLength(mostBytes)
                .build())
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .build();
  }
}
