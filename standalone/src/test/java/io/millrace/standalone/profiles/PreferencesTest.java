package io.millrace.standalone.profiles;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.flink.profiles.EvidenceEvent;
import io.millrace.standalone.data.Catalogue;
import io.millrace.standalone.data.CatalogueItem;
import io.millrace.standalone.data.Rating;
import io.millrace.standalone.profiles.LabelRule.Label;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PreferencesTest {
  private static final Catalogue CATALOGUE =
      new Catalogue(
          List.of(
              new CatalogueItem("1", "One", "1990", List.of("War")),
              new CatalogueItem("2", "Two", "1990", List.of("Drama")),
              new CatalogueItem("3", "Three", "1990", List.of("Crime")),
              new CatalogueItem("4", "Four", "1990", List.of("Musical"))));

  /** War is liked three times of three, drama two of three, crime never, a musical met once. */
  private static List<Rating> ratings() {
    List<Rating> ratings = new ArrayList<>();
    for (double stars : new double[] {5, 4, 4}) {
      ratings.add(new Rating(1, "user", "1", stars, 1));
    }
    for (double stars : new double[] {5, 4, 2}) {
      ratings.add(new Rating(1, "user", "2", stars, 1));
    }
    for (double stars : new double[] {1, 2, 3}) {
      ratings.add(new Rating(1, "user", "3", stars, 1));
    }
    ratings.add(new Rating(1, "user", "4", 1, 1));
    return ratings;
  }

  @Test
  void whatLiesAboveTheUsualIsLikedAndWhatLiesBelowIsNot() {
    Preferences preferences = Preferences.of(ratings(), CATALOGUE);
    assertEquals(List.of("War", "Drama"), preferences.likes());
    assertEquals(List.of("Crime"), preferences.dislikes());
  }

  @Test
  void aLikeAndADislikeAreSaidTogether() {
    List<EvidenceEvent> said = Preferences.of(ratings(), CATALOGUE).statements(1, 5);
    assertEquals(
        List.of("War for me, please. I hate Crime."),
        said.stream().map(EvidenceEvent::statement).toList());
  }

  @Test
  void onlyWhatWasSaidWithThatSignIsRight() {
    Preferences preferences = Preferences.of(ratings(), CATALOGUE);
    assertEquals(Label.RIGHT, preferences.label("war", true));
    assertEquals(Label.RIGHT, preferences.label("Crime", false));
    assertEquals(Label.WRONG, preferences.label("Crime", true));
    assertEquals(Label.WRONG, preferences.label("Musical", false));
    assertEquals(Label.WRONG, preferences.label("please", true));
  }

  @Test
  void aWordOfWhatWasSaidIsRight() {
    Preferences said = new Preferences(List.of("Film-Noir"), List.of("Children's"));
    assertEquals(Label.RIGHT, said.label("noir", true));
    assertEquals(Label.RIGHT, said.label("Children", false));
    assertEquals(Label.WRONG, said.label("noir please", true));
  }
}
