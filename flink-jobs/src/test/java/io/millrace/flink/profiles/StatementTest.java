package io.millrace.flink.profiles;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class StatementTest {
  @Test
  void eachClauseSpeaksForItself() {
    Statement statement = new Statement("I like slow thrillers, but no musicals; I hate clowns.");

    assertEquals(Stance.FOR, statement.stance(List.of("thriller")));
    assertEquals(Stance.AGAINST, statement.stance(List.of("musical")));
    assertEquals(Stance.AGAINST, statement.stance(List.of("clown")));
    assertEquals(Stance.NEITHER, statement.stance(List.of("western")));
  }

  @Test
  void whatIsExceptedIsNotLiked() {
    Statement statement = new Statement("Anything with robots except cartoons");

    assertEquals(Stance.FOR, statement.stance(List.of("robot")));
    assertEquals(Stance.AGAINST, statement.stance(List.of("cartoon")));
  }

  @Test
  void everythingButSomethingIsNotThatThing() {
    for (String said : List.of("Everything but war, best of all drama", "anything but War!")) {
      assertEquals(Stance.AGAINST, new Statement(said).stance(List.of("war")));
    }
    Statement statement = new Statement("Everything but war, best of all drama");
    assertEquals(Stance.FOR, statement.stance(List.of("drama")));
  }

  @Test
  void contractionsAreNegative() {
    assertEquals(Stance.AGAINST, new Statement("I don’t want horror").stance(List.of("horror")));
    assertEquals(Stance.AGAINST, new Statement("can't stand horror").stance(List.of("horror")));
  }

  @Test
  void wordsAreMentionedOneAfterTheOther() {
    Statement statement = new Statement("I like film noir");

    assertTrue(statement.mentions(List.of("film", "noir")));
    assertFalse(statement.mentions(List.of("noir", "film")));
  }
}
