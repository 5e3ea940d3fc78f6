package io.millrace.server.sources;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TermsTest {
  @Test
  void wordsAreLowerCaseWithoutAccentsAndPunctuation() {
    assertThat(Terms.of("Léon: The Professional (1994)"))
        .containsExactly("leon", "the", "professional", "1994");
    assertThat(Terms.of("Film-Noir")).containsExactly("film", "noir");
    assertThat(Terms.of(" \t")).isEmpty();
    assertThat(Terms.of("映画 ÜBER")).containsExactly("映画", "uber");
  }

  @Test
  void pluralsAndPossessivesAreTheirSingulars() {
    assertThat(Terms.of("Children's dramas, comedies"))
        .containsExactly("children", "drama", "comedy");
    assertThat(Terms.of("Schindler\u2019s List")).containsExactly("schindler", "list");
    assertThat(Terms.of("rock'n'roll")).containsExactly("rock", "n", "roll");
    assertThat(Terms.of("it'sy 's")).containsExactly("it", "sy");
  }

  @Test
  void wordsThatOnlyLookLikePluralsStay() {
    assertThat(Terms.of("Circus Princess Paris gas ties"))
        .containsExactly("circus", "princess", "paris", "gas", "tie");
  }
}
