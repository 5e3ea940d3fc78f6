package io.millrace.flink.llm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Locale;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * How likely texts are after a prompt, as an answer's words: a JSON list of mean log-probabilities
 * per token, in nats with four decimals, in the order in which the texts were asked for. So the
 * journal can be read by people, and needs no second kind of answer.
 */
public final class Likelihoods {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Likelihoods() {}

  static String write(double[] means) {
    StringJoiner list = new StringJoiner(",", "[", "]");
    for (double mean : means) {
      list.add(String.format(Locale.ROOT, "%.4f", mean));
    }
    return list.toString();
  }

  /**
   * Reads an answer.
   *
   * @param texts how many were asked about
   * @return nats per token, one for each text; null if the answer does not hold that
   */
  public static double @Nullable [] read(String answer, int texts) {
    JsonNode list;
    try {
      list = JSON.readTree(answer);
    } catch (IOException e) {
      return null;
    }
    if (!list.isArray() || list.size() != texts) {
      return null;
    }
    double[] means = new double[texts];
    for (int i = 0; i < texts; i++) {
      means[i] = list.get(i).asDouble(Double.NaN);
      if (!list.get(i).isNumber() || !Double.isFinite(means[i])) {
        return null;
      }
    }
    return means;
  }
}
