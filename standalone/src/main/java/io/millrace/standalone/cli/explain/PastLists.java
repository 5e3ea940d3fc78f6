package io.millrace.standalone.cli.explain;

import io.millrace.flink.connectors.SchemaRegistry;
import io.millrace.schemas.Topics;
import io.millrace.schemas.avro.Recommendation;
import io.millrace.schemas.avro.RecommendationInput;
import io.millrace.standalone.cli.topics.TopicReader;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Finds lists, and what they were made from, among those that are kept. */
final class PastLists {
  private final Map<String, Object> kafka;
  private final SchemaRegistry schemas;

  PastLists(Map<String, Object> kafka, SchemaRegistry schemas) {
    this.kafka = kafka;
    this.schemas = schemas;
  }

  /** Records by id; of several with one id the first counts. */
  Map<String, Recommendation> lists(Set<String> ids) {
    Map<String, Recommendation> found = new HashMap<>();
    try (TopicReader<Recommendation> reader =
        new TopicReader<>(kafka, schemas, Topics.RECOMMENDATIONS)) {
      reader.readAll(
          key -> true,
          (key, list) -> {
            if (list != null && ids.contains(list.getRecommendationId())) {
              found.putIfAbsent(list.getRecommendationId(), list);
            }
          });
    }
    return found;
  }

  /** What a list was made from; null when it is not kept. */
  @Nullable RecommendationInput input(String id) {
    Map<String, RecommendationInput> found = new HashMap<>();
    readInputs(
        input -> {
          if (input.getRecommendationId().equals(id)) {
            found.putIfAbsent(id, input);
          }
        });
    return found.get(id);
  }

  /**
   * A random choice of what is kept: that with the smallest hashes, so that one seed gives the same
   * choice in whatever order it is read, and what was written twice counts once.
   *
   * @param most how many; fewer where not as many are kept
   */
  List<RecommendationInput> sample(int most, long seed) {
    TreeMap<String, RecommendationInput> chosen = new TreeMap<>();
    readInputs(
        input -> {
          String id = input.getRecommendationId();
          chosen.putIfAbsent(hash(id, seed) + id, input);
          if (chosen.size() > most) {
            chosen.pollLastEntry();
          }
        });
    return List.copyOf(chosen.values());
  }

  private static String hash(String id, long seed) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of()
          .formatHex(digest.digest((seed + "/" + id).getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }

  private void readInputs(Consumer<RecommendationInput> taker) {
    try (TopicReader<RecommendationInput> reader =
        new TopicReader<>(kafka, schemas, Topics.RECOMMENDATION_INPUTS)) {
      reader.readAll(
          key -> true,
          (key, input) -> {
            if (input != null) {
              taker.accept(input);
            }
          });
    }
  }
}
