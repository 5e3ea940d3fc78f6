package io.millrace.standalone.profiles;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.standalone.data.Catalogue;
import io.millrace.standalone.data.CatalogueItem;
import io.millrace.standalone.data.Rating;
import io.millrace.standalone.profiles.LabelRule.Label;
import java.util.List;
import org.junit.jupiter.api.Test;

class LabelRuleTest {
  private static final LabelRule RULE =
      new LabelRule(
          new Catalogue(
              List.of(
                  new CatalogueItem("1", "Wars of Stars", "1990", List.of("Drama")),
                  new CatalogueItem("2", "A War", "1990", List.of("Drama")),
                  new CatalogueItem("3", "War!", "1990", List.of("Drama", "Film-Noir")),
                  new CatalogueItem("4", "Other", "1990", List.of("Horror")))));
  private static final List<Rating> RATINGS =
      List.of(rating("1", 5), rating("2", 4), rating("3", 3), rating("4", 1));

  @Test
  void anInterestIsRightWhereMoreIsLikedThanUsual() {
    assertEquals(Label.RIGHT, RULE.label(RATINGS, "Drama", true));
    assertEquals(Label.WRONG, RULE.label(RATINGS, "Drama", false));
  }

  @Test
  void wordsOfTitlesAreComparedInTheSingularAndThePlural() {
    assertEquals(Label.RIGHT, RULE.label(RATINGS, "war", true));
  }

  @Test
  void aTextNamesTheGenresThatStandInItAndNothingElse() {
    assertEquals(Label.RIGHT, RULE.label(RATINGS, "some drama or other", true));
    assertEquals(Label.UNDECIDED, RULE.label(RATINGS, "horror and drama", true));
    assertEquals(Label.UNDECIDED, RULE.label(RATINGS, "melodrama", true));
  }

  @Test
  void aDecadeIsThatOfTheYear() {
    assertEquals(Label.WRONG, RULE.label(RATINGS, "1990s", true));
    assertEquals(Label.UNDECIDED, RULE.label(RATINGS, "1980s", true));
  }

  @Test
  void fewRatingsDecideNothing() {
    assertEquals(Label.UNDECIDED, RULE.label(RATINGS, "Horror", false));
    assertEquals(Label.UNDECIDED, RULE.label(RATINGS, "Film-Noir", true));
    assertEquals(Label.UNDECIDED, RULE.label(RATINGS, "Poetry", true));
  }

  @Test
  void whatIsLikedAsUsualIsNeither() {
    List<Rating> dramas = RATINGS.subList(0, 3);

    assertEquals(Label.WRONG, RULE.label(dramas, "Drama", true));
    assertEquals(Label.WRONG, RULE.label(dramas, "Drama", false));
  }

  private static Rating rating(String item, double stars) {
    return new Rating(1, "user", item, stars, 1);
  }
}
