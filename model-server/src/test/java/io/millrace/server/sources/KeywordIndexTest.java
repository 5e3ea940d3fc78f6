package io.millrace.server.sources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.server.sources.ItemTexts.ItemText;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeywordIndexTest {
  private static final KeywordIndex INDEX =
      KeywordIndex.of(
          new ItemTexts(
              List.of(
                  new ItemText("Star Wars", List.of("Action", "Sci-Fi")),
                  new ItemText("Star Trek", List.of("Sci-Fi")),
                  new ItemText("Heat", List.of("Action", "Crime")),
                  new ItemText("Drama Queen", List.of("Comedy")),
                  new ItemText("", List.of()),
                  new ItemText("Children of Crime", List.of("Children's")))));

  private static float[] scores(float weight, String... keywords) {
    int[][] terms = new int[keywords.length][];
    float[] weights = new float[keywords.length];
    for (int i = 0; i < keywords.length; i++) {
      terms[i] = INDEX.find(keywords[i]);
      weights[i] = weight;
    }
    float[] scores = new float[6];
    INDEX.addScores(new Keywords(terms, weights), scores);
    return scores;
  }

  @Test
  void aKeywordStandsForTheAttributesInIt() {
    float rarity = (float) Math.log(5 / 2.0);
    assertThat(scores(0.5f, "sci-fi movies"))
        .containsExactly(new float[] {0.5f * rarity, 0.5f * rarity, 0, 0, 0, 0}, within(1e-6f));
  }

  @Test
  void rareTermsWeighMoreAndSeveralShareTheWeight() {
    float[] scores = scores(1, "crime action");
    assertThat(scores[2])
        .isCloseTo((float) ((Math.log(5) + Math.log(2.5)) / Math.sqrt(2)), within(1e-6f));
    assertThat(scores[0]).isCloseTo((float) (Math.log(2.5) / Math.sqrt(2)), within(1e-6f));
  }

  @Test
  void titleWordsCountOnlyWhereNoAttributeDoes() {
    assertThat(scores(1, "crime")[5]).isZero();
    assertThat(scores(1, "the stars")[1]).isPositive();
    assertThat(scores(1, "queens")[3]).isCloseTo((float) Math.log(5), within(1e-6f));
    assertThat(scores(1, "Children's films")[5]).isPositive();
  }

  @Test
  void dislikesCountAgainstAndUnknownKeywordsNotAtAll() {
    assertThat(scores(-1, "comedy")[3]).isNegative();
    assertThat(scores(1, "opera", "")).containsOnly(0f);
    assertThat(new Keywords(new int[][] {INDEX.find("opera")}, new float[] {1}).isUnknown())
        .isTrue();
  }

  @Test
  void theBestMatchIsTheKeywordThatAddsMost() {
    Keywords keywords =
        new Keywords(
            new int[][] {INDEX.find("action"), INDEX.find("crime"), INDEX.find("comedy")},
            new float[] {1, 0.2f, -1});
    assertThat(INDEX.bestMatch(keywords, 0)).isZero();
    assertThat(INDEX.bestMatch(keywords, 2)).isZero();
    assertThat(INDEX.bestMatch(keywords, 3)).isEqualTo(-1);
    assertThat(INDEX.bestMatch(keywords, 1)).isEqualTo(-1);
  }

  @Test
  void theLongestAttributeIsTakenAndWordsOfManyTitlesAreNot() {
    KeywordIndex index =
        KeywordIndex.of(
            new ItemTexts(
                List.of(
                    new ItemText("of a", List.of("science fiction")),
                    new ItemText("of b", List.of("science")),
                    new ItemText("of c", List.of("science")))));
    assertThat(index.find("Science Fiction")).hasSize(1).isNotEqualTo(index.find("science"));
    assertThat(index.find("of")).isEmpty();
    assertThat(index.find("b")).hasSize(1);
  }
}
