package io.millrace.standalone.cli.explain;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.flink.lastmile.Candidate;
import io.millrace.schemas.avro.RecommendationInput;
import io.millrace.standalone.cli.rules.RuleJson;
import io.millrace.standalone.explain.Explanation;
import io.millrace.standalone.explain.ModelReply;
import io.millrace.standalone.explain.ScoredCandidate;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * An explanation as one JSON object: {@code recommendation} and {@code input} (the records, null
 * where they are gone), {@code rules} (in force, as {@code rule put --file} takes them), {@code
 * kept} and {@code again} (lists after the last mile), {@code reply} (the model server's answer
 * now, with all candidates, their scores and features), {@code verdict} and {@code reasons}. All of
 * it is ASCII.
 */
final class ExplainJson {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final ObjectWriter WRITER =
      MAPPER.writerWithDefaultPrettyPrinter().with(JsonGenerator.Feature.ESCAPE_NON_ASCII);

  private ExplainJson() {}

  /** The object, on several lines. */
  static String of(Explanation explanation) {
    RecommendationInput input = explanation.input();
    try {
      ObjectNode all = MAPPER.createObjectNode();
      all.put("recommendationId", input.getRecommendationId());
      all.put("verdict", explanation.verdict().name());
      explanation.reasons().forEach(all.putArray("reasons")::add);
      all.set("recommendation", record(explanation.list()));
      all.set("input", record(input));
      ArrayNode rules = all.putArray("rules");
      input.getRules().forEach(rule -> rules.add(RuleJson.node(rule)));
      all.set("kept", items(explanation.kept().items()));
      all.set("again", explanation.again() == null ? null : items(explanation.again().items()));
      all.set("reply", explanation.reply() == null ? null : reply(explanation.reply()));
      return WRITER.writeValueAsString(all);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("records and values are always JSON", e);
    }
  }

  /** Avro's own JSON of a record. */
  private static @Nullable JsonNode record(@Nullable SpecificRecord record)
      throws JsonProcessingException {
    return record == null ? null : MAPPER.readTree(record.toString());
  }

  private static ArrayNode items(List<Candidate> items) {
    ArrayNode nodes = MAPPER.createArrayNode();
    for (Candidate item : items) {
      ObjectNode node = nodes.addObject();
      node.put("itemId", item.itemId());
      node.put("score", item.score());
      node.put("source", item.source());
    }
    return nodes;
  }

  private static ObjectNode reply(ModelReply reply) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("modelVersion", reply.modelVersion());
    node.put("rung", reply.rung());
    node.put("rungReason", reply.rungReason());
    node.set("items", items(reply.items()));
    ArrayNode candidates = node.putArray("candidates");
    for (ScoredCandidate candidate : reply.candidates()) {
      ObjectNode one = candidates.addObject();
      one.put("itemId", candidate.itemId());
      one.put("sources", candidate.sources());
      // JSON has no NaN; a candidate without a part in the order has no score.
      one.put("score", Float.isFinite(candidate.score()) ? candidate.score() : null);
      ObjectNode features = one.putObject("features");
      candidate.features().forEach(features::put);
    }
    return node;
  }
}
