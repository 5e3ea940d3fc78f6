package io.millrace.standalone.retraining;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One round of the training, as the line says that it prints for each.
 *
 * @param round its number, from 1
 * @param result {@code published}, {@code refused}, {@code skipped} or {@code failed}
 * @param version the published one; null for any other result
 * @param seconds that it took
 * @param detail why, or what was reached
 * @param newEvents that the current version did not know; 0 where the round did not come so far
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record TrainingRound(
    int round,
    String result,
    @Nullable Integer version,
    double seconds,
    String detail,
    @JsonProperty("new") int newEvents) {
  /** The result of a round that gave a version. */
  public static final String PUBLISHED = "published";

  /** The result of a round whose version would have been worse. */
  public static final String REFUSED = "refused";

  /** The result of a round that an error ended. */
  public static final String FAILED = "failed";

  /** The result of a round that had nothing to do. */
  public static final String SKIPPED = "skipped";

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Reads a line; empty for one that is none, such as a library's warning. */
  static Optional<TrainingRound> parse(String line) {
    if (!line.startsWith("{\"round\":")) {
      return Optional.empty();
    }
    try {
      return Optional.of(JSON.readValue(line, TrainingRound.class));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }
}
