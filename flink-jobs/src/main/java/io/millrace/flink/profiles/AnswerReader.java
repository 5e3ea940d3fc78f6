package io.millrace.flink.profiles;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Reads answers in {@link ClaimSchema}'s form. Endpoints that do not hold models to a schema often
 * put words or a fence around the JSON; those are passed over.
 */
final class AnswerReader {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MOST_SHOWN = 80;

  /** The last name may have been cut off. */
  private static final Pattern NAMES_AT_END =
      Pattern.compile("(?<=[\\p{L}\\p{N}])\\s*:\\s*e\\d+(?:\\s+e\\d*)*$");

  private AnswerReader() {}

  /**
   * The claims of an answer.
   *
   * @param shown the events that the question showed
   */
  static List<DraftClaim> claims(
      String answer, DraftClaim.Kind kind, String aspect, NumberedEvents shown)
      throws UnreadableAnswerException {
    JsonNode claims = parsed(answer).path("claims");
    if (!claims.isArray()) {
      throw unreadable("it has no array 'claims'", answer);
    }
    List<DraftClaim> drafts = new ArrayList<>();
    for (JsonNode claim : claims) {
      JsonNode text = claim.path("text");
      JsonNode events = claim.path("events");
      if (!text.isTextual() || !events.isArray()) {
        throw unreadable("a claim has no 'text' or no array 'events'", answer);
      }
      List<String> cited = new ArrayList<>();
      events.forEach(event -> cited.add(shown.idOf(event.asText())));
      drafts.add(
          new DraftClaim(
              kind, aspect, withoutNames(text.asText()), cited.stream().distinct().toList()));
    }
    return drafts;
  }

  /** Small models repeat a line of traits as it was shown, with the names of its events. */
  private static String withoutNames(String text) {
    return NAMES_AT_END.matcher(text.strip()).replaceFirst("");
  }

  /** The JSON object of an answer. */
  static JsonNode parsed(String answer) throws UnreadableAnswerException {
    int from = answer.indexOf('{');
    int to = answer.lastIndexOf('}');
    if (from < 0 || to < from) {
      throw unreadable("it has no JSON object", answer);
    }
    try {
      return JSON.readTree(answer.substring(from, to + 1));
    } catch (JsonProcessingException e) {
      throw unreadable("its JSON is broken: " + e.getOriginalMessage(), answer);
    }
  }

  static UnreadableAnswerException unreadable(String what, String answer) {
    return new UnreadableAnswerException(
        "answer of "
            + answer.length()
            + " characters cannot be read: "
            + what
            + "; it begins: "
            + UntrustedText.clean(answer, MOST_SHOWN));
  }
}
