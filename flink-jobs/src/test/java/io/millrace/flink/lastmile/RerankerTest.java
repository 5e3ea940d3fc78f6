package io.millrace.flink.lastmile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.flink.features.Standardised;
import io.millrace.schemas.avro.RerankScore;
import io.millrace.schemas.avro.Reranking;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a language model's word does to an answer. */
class RerankerTest {
  private static final List<Candidate> SERVED =
      List.of(candidate("a", 4), candidate("b", 3), candidate("c", 2), candidate("d", 1));

  private static Candidate candidate(String id, float score) {
    return new Candidate(id, score, "retriever", -1);
  }

  private static List<String> order(List<Candidate> served, double weight, RerankScore... scores) {
    Reranking used =
        new Reranking("list-1", "model-1", "rerank/1", (float) weight, List.of(scores));
    return Reranker.of(used).order(served).stream().map(Candidate::itemId).toList();
  }

  @Test
  void bothAreStandardisedAndAddedUp() {
    // Places are worth 1.34, .45, -.45 and -1.34.
    assertThat(order(SERVED, 0.5, new RerankScore("c", 1.7f)))
        .as("-.45 + .85 is .4")
        .containsExactly("a", "b", "c", "d");
    assertThat(order(SERVED, 0.5, new RerankScore("c", 1.9f)))
        .as("-.45 + .95 is .5")
        .containsExactly("a", "c", "b", "d");
    assertThat(order(SERVED, 0.5, new RerankScore("a", -4f)))
        .as("1.34 - 2 is -.66")
        .containsExactly("b", "c", "a", "d");
  }

  @Test
  void withoutAWeightOrAWordTheAnswerIsAsItWas() {
    assertThat(Reranker.of(null).order(SERVED)).isSameAs(SERVED);
    assertThat(order(SERVED, 0, new RerankScore("d", 9f))).containsExactly("a", "b", "c", "d");
    assertThat(order(SERVED, 1, new RerankScore("x", 9f))).containsExactly("a", "b", "c", "d");
    assertThat(order(List.of(), 1, new RerankScore("x", 9f))).isEmpty();
  }

  @Test
  void anOrderOfTheServersOwnIsWhereItBegins() {
    List<Candidate> diverse =
        List.of(candidate("a", 4), candidate("d", 1), candidate("b", 3), candidate("c", 2));

    assertThat(order(diverse, 0.1, new RerankScore("c", 0.1f))).containsExactly("a", "d", "b", "c");
    assertThat(order(diverse, 1, new RerankScore("c", 2f))).containsExactly("a", "c", "d", "b");
  }

  @Test
  void equalsKeepTheirOrder() {
    List<Candidate> equal = List.of(candidate("a", 1), candidate("b", 1), candidate("c", 1));

    assertThat(order(equal, 1, new RerankScore("c", 1f))).containsExactly("c", "a", "b");
  }

  @Test
  void standardisedNumbersHaveAMeanOfZeroAndASpreadOfOne() {
    assertThat(Standardised.of(new double[] {1, 2, 3, 4}))
        .usingComparatorWithPrecision(1e-4)
        .containsExactly(-1.3416, -0.4472, 0.4472, 1.3416);
    assertThat(Standardised.of(new double[] {7, 7})).containsExactly(0, 0);
    assertThat(Standardised.of(new double[] {7})).containsExactly(0);
    assertThat(Standardised.of(new double[] {-1e6, 1e6})[0]).isCloseTo(-1, within(1e-9));
  }
}
