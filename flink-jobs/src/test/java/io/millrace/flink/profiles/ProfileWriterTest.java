package io.millrace.flink.profiles;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.flink.llm.ChatAnswer;
import io.millrace.flink.llm.ChatMessage;
import io.millrace.flink.llm.ChatRequest;
import io.millrace.schemas.avro.CitedEvent;
import io.millrace.schemas.avro.Claim;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ProfileWriterTest {
  private static final ProfileEvidence TWO_TASTES =
      Events.evidence(
          Events.rated(1, 5, "Night Train", "Thriller", "Drama"),
          Events.rated(2, 5, "Long Night", "Thriller"),
          Events.rated(3, 1, "Singing Cats", "Musical", "Comedy"),
          Events.rated(4, 2, "More Cats", "Musical"),
          Events.rated(5, 4, "Quiet House", "Thriller", "Drama"),
          Events.rated(6, 1, "Most Cats", "Musical"));

  private final ProfileWriter writer =
      new ProfileWriter(
          ProfilePrompts.named("keywords", PromptSettings.defaults()), GroundingRules.defaults());

  @Test
  void likesAreAskedFromWhatWasLikedAndDislikesFromWhatWasNot() {
    List<ChatRequest> questions = writer.questions(TWO_TASTES);

    assertEquals(2, questions.size());
    assertTrue(data(questions.get(0)).contains("e1 | rated 5 | Night Train\n"));
    assertTrue(data(questions.get(0)).contains("Thriller: e3 e2 e1\n"));
    assertFalse(data(questions.get(0)).contains("Cats"));
    assertTrue(data(questions.get(1)).contains("e2 | rated 2 | More Cats\n"));
    assertFalse(data(questions.get(1)).contains("Night Train"));
  }

  @Test
  void noIdIsInAQuestion() {
    for (ChatRequest question : writer.questions(TWO_TASTES)) {
      assertFalse(question.toString().contains("event-"), question.toString());
      assertFalse(question.toString().contains("item-"), question.toString());
    }
  }

  @Test
  void aProfileHasWhatTheAnswersClaimAndTheEventsBearOut() throws UnreadableAnswerException {
    WrittenProfile profile =
        write(
            "{\"claims\": [{\"text\": \"Thriller\", \"events\": [\"e1\", \"e3\"]},"
                + " {\"text\": \"Western\", \"events\": [\"e2\"]}]}",
            "{\"claims\": [{\"text\": \"Musical\", \"events\": [\"e1\"]}]}");

    assertEquals(List.of("Thriller"), texts(profile.interests()));
    assertEquals(List.of("event-1", "event-5"), profile.interests().get(0).getEvidence());
    assertEquals(0.6f, profile.interests().get(0).getWeight(), 1e-6f);
    assertEquals(List.of("Musical"), texts(profile.dislikes()));
    assertEquals(
        List.of("event-1", "event-3", "event-5"),
        profile.cited().stream().map(CitedEvent::getEventId).toList());
    assertEquals(Map.of(Rejection.NOT_BORNE_OUT, 1), profile.rejected());
    assertEquals("Likes Thriller. Dislikes Musical.", profile.summary());
  }

  @Test
  void anAnswerThatIsNoJsonIsUnreadable() {
    UnreadableAnswerException failure =
        assertThrows(UnreadableAnswerException.class, () -> write("I cannot help with that", "{}"));

    assertTrue(failure.toString().contains("I cannot help"), failure.toString());
  }

  @Test
  void anUnknownPromptIsRefusedWithTheKnownOnes() {
    IllegalArgumentException failure =
        assertThrows(
            IllegalArgumentException.class,
            () -> ProfilePrompts.named("poetry", PromptSettings.defaults()));

    assertTrue(failure.toString().contains("poetry"), failure.toString());
    assertTrue(failure.toString().contains("keywords"), failure.toString());
  }

  private WrittenProfile write(String... answers) throws UnreadableAnswerException {
    return writer.write(
        TWO_TASTES,
        Arrays.stream(answers).map(text -> new ChatAnswer(text, "fake", 1, 1)).toList());
  }

  private static List<String> texts(List<Claim> claims) {
    return claims.stream().map(Claim::getText).collect(Collectors.toList());
  }

  private static String data(ChatRequest question) {
    List<ChatMessage> messages = question.messages();
    return messages.get(messages.size() - 1).content();
  }
}
