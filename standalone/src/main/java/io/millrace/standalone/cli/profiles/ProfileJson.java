package io.millrace.standalone.cli.profiles;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.schemas.avro.CitedEvent;
import io.millrace.schemas.avro.Claim;
import io.millrace.schemas.avro.LanguageModelAnswer;
import io.millrace.schemas.avro.UserProfile;
import java.util.List;

/**
 * A user's profiles as one JSON object: {@code userId}, {@code profile} (the newest), {@code
 * versions} (all that are kept, newest first) and {@code answers} (of the journal, oldest first).
 * Fields have the records' own names; times are ISO 8601; of the vector only its presence is shown.
 * All of it is ASCII, so no title moves a terminal's cursor.
 */
final class ProfileJson {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final ObjectWriter WRITER =
      MAPPER.writerWithDefaultPrettyPrinter().with(JsonGenerator.Feature.ESCAPE_NON_ASCII);

  private ProfileJson() {}

  /** The object, on several lines. */
  static String of(UserProfile newest, ProfileHistory history) {
    ObjectNode all = MAPPER.createObjectNode();
    all.put("userId", newest.getUserId());
    all.set("profile", profile(newest));
    ArrayNode versions = all.putArray("versions");
    history.versions().forEach(version -> versions.add(profile(version)));
    ArrayNode answers = all.putArray("answers");
    history.answers().forEach(answer -> answers.add(answer(answer)));
    try {
      return WRITER.writeValueAsString(all);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of values is always JSON", e);
    }
  }

  private static ObjectNode profile(UserProfile profile) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("version", profile.getVersion());
    node.put("updatedAt", profile.getUpdatedAt().toString());
    node.put("summary", profile.getSummary());
    node.set("interests", claims(profile.getInterests()));
    node.set("dislikes", claims(profile.getDislikes()));
    node.set("aspects", claims(profile.getAspects()));
    ArrayNode cited = node.putArray("cited");
    profile.getCited().forEach(event -> cited.add(event(event)));
    node.put("model", profile.getModel());
    node.put("promptVersion", profile.getPromptVersion());
    node.put("promptTokens", profile.getPromptTokens());
    node.put("completionTokens", profile.getCompletionTokens());
    node.put("eventCount", profile.getEventCount());
    node.put("claimsRejected", profile.getClaimsRejected());
    node.put("hasVector", profile.getVector() != null);
    node.put("encoderVersion", profile.getEncoderVersion());
    ArrayNode answers = node.putArray("answerIds");
    profile.getAnswerIds().forEach(answers::add);
    return node;
  }

  private static ArrayNode claims(List<Claim> claims) {
    ArrayNode nodes = MAPPER.createArrayNode();
    for (Claim claim : claims) {
      ObjectNode node = nodes.addObject();
      node.put("text", claim.getText());
      node.put("weight", claim.getWeight());
      ArrayNode evidence = node.putArray("evidence");
      claim.getEvidence().forEach(evidence::add);
    }
    return nodes;
  }

  private static ObjectNode event(CitedEvent event) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("eventId", event.getEventId());
    node.put("itemId", event.getItemId());
    node.put("text", event.getText());
    node.put("type", event.getType());
    node.put("value", event.getValue());
    node.put("eventTime", event.getEventTime().toString());
    return node;
  }

  private static ObjectNode answer(LanguageModelAnswer answer) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("answerId", answer.getAnswerId());
    node.put("ordinal", answer.getOrdinal());
    node.put("promptVersion", answer.getPromptVersion());
    node.put("model", answer.getModel());
    node.put("promptTokens", answer.getPromptTokens());
    node.put("completionTokens", answer.getCompletionTokens());
    node.put("answeredAt", answer.getAnsweredAt().toString());
    return node;
  }
}
