package io.millrace.flink.profiles;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.flink.llm.ChatAnswer;
import io.millrace.flink.llm.ChatRequest;
import io.millrace.schemas.avro.Claim;
import io.millrace.schemas.avro.UserProfile;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What each prompt asks, and how its answers are read. */
class PromptsTest {
  private static final Set<String> KEYWORDS_OF_THE_SERVER =
      Set.of(
          "type",
          "properties",
          "required",
          "items",
          "minItems",
          "maxItems",
          "minLength",
          "maxLength",
          "enum",
          "anyOf",
          "additionalProperties");
  private static final List<String> PROMPTS = List.of("keywords", "factors", "statements");

  @Test
  void aQuestionStaysOfOneSizeHoweverLongTheHistory() {
    List<EvidenceEvent> all = new ArrayList<>();
    for (int i = 1; i <= 1_000; i++) {
      all.add(Events.rated(i, 1 + i % 5, "Title " + i, i % 2 == 0 ? "Drama" : "Horror"));
    }
    for (String name : PROMPTS) {
      int atFifty = size(name, all.subList(0, 50), null);
      int atThousand = size(name, all, profile());

      assertTrue(atThousand < 1.3 * atFifty, name + ": " + atFifty + ", then " + atThousand);
    }
  }

  @Test
  void anUpdateShowsWhatIsKnownAndOnlyWhatIsNew() {
    ProfileEvidence evidence =
        new ProfileEvidence(
            List.of(
                Events.rated(1, 5, "Old One", "Drama"),
                Events.rated(2, 5, "Old Two", "Drama"),
                Events.rated(3, 5, "New One", "War")),
            profile(),
            3);

    String question = text(prompt("keywords").questions(evidence));

    assertTrue(question.contains("<known>\nDrama\n</known>"), question);
    assertTrue(question.contains("New One"), question);
    assertFalse(question.contains("Old One"), question);
  }

  @Test
  void statementsAloneMakeAProfile() throws UnreadableAnswerException {
    ProfileEvidence evidence =
        Events.evidence(
            Events.rated(1, 5, "Unasked", "Drama"),
            Events.said(2, "I love submarines and no musicals"));
    ProfileWriter writer = new ProfileWriter(prompt("statements"), GroundingRules.defaults());

    List<ChatRequest> questions = writer.questions(evidence);
    WrittenProfile profile =
        writer.write(
            evidence,
            answers(
                "{\"claims\":[{\"text\":\"submarine\",\"events\":[\"e1\"]}]}",
                "{\"claims\":[{\"text\":\"musical\",\"events\":[\"e1\"]}]}"));

    assertEquals(2, questions.size());
    assertFalse(text(questions).contains("Unasked"));
    assertEquals("Likes submarine. Dislikes musical.", profile.summary());
  }

  @Test
  void factorsAreAskedOneByOne() throws UnreadableAnswerException {
    ProfileEvidence evidence =
        Events.evidence(
            aged(1, 5, "One", "1994"),
            aged(2, 5, "Two", "1995"),
            aged(3, 4, "Three", "1991"),
            aged(4, 1, "Four", "1971"));
    ProfileWriter writer = new ProfileWriter(prompt("factors"), GroundingRules.defaults());

    List<ChatRequest> questions = writer.questions(evidence);
    WrittenProfile profile =
        writer.write(
            evidence,
            answers(
                "{\"claims\":[{\"text\":\"Drama\",\"events\":[\"e1\"]}]}",
                "{\"claims\":[{\"text\":\"1990s\",\"events\":[\"e3\"]}]}"));

    assertEquals(2, questions.size());
    assertTrue(text(questions.subList(1, 2)).contains("1990s: e3 e2 e1"));
    assertEquals(List.of("year: 1990s"), profile.aspects().stream().map(Claim::getText).toList());
  }

  @Test
  void aClosedClaimNamesWhatItsEventsHave() throws Exception {
    JsonNode schema =
        new ObjectMapper()
            .readTree(
                String.valueOf(
                    prompt("keywords")
                        .questions(
                            Events.evidence(
                                Events.rated(1, 5, "One", "Drama"),
                                Events.rated(2, 5, "Two", "Drama", "War"),
                                Events.rated(3, 5, "Three", "War")))
                        .get(0)
                        .jsonSchema()));

    JsonNode claims = schema.at("/properties/claims/items/anyOf");
    assertEquals(2, claims.size());
    assertEquals("[\"Drama\"]", claims.get(0).at("/properties/text/enum").toString());
    assertEquals("[\"e2\",\"e1\"]", claims.get(0).at("/properties/events/items/enum").toString());
  }

  @Test
  void schemasUseOnlyWhatTheEmbeddedModelUnderstands() throws Exception {
    ProfileEvidence evidence =
        Events.evidence(
            Events.rated(1, 5, "One", "Drama"), Events.said(2, "I like drama, no horror"));
    List<ChatRequest> questions = new ArrayList<>();
    for (PromptSettings.ClaimTexts texts : PromptSettings.ClaimTexts.values()) {
      PromptSettings settings = new PromptSettings(5, 20, 4, texts, List.of("genre"), 256);
      PROMPTS.forEach(
          name -> questions.addAll(ProfilePrompts.named(name, settings).questions(evidence)));
    }
    for (ItemPrompt.Family family : ItemPrompt.Family.values()) {
      questions.add(new ItemPrompt(family).question(card("One"), List.of(card("Two"))));
    }
    questions.add(new AspectPrompt().question("films", List.of(card("One"))));

    for (ChatRequest question : questions) {
      check(new ObjectMapper().readTree(String.valueOf(question.jsonSchema())));
    }
  }

  @Test
  void anEventCountBelowTheEventsIsRefused() {
    IllegalArgumentException failure =
        assertThrows(
            IllegalArgumentException.class,
            () -> new ProfileEvidence(List.of(Events.said(1, "hello")), null, 0));

    assertTrue(failure.toString().contains("eventCount is 0"), failure.toString());
  }

  @Test
  void itemsAreDescribedWithTheirNeighboursWhereTheFamilyAsksForThem()
      throws UnreadableAnswerException {
    ItemPrompt basic = new ItemPrompt(ItemPrompt.Family.BASIC);
    ItemPrompt guided = new ItemPrompt(ItemPrompt.Family.ENGAGEMENT_GUIDED);
    List<ItemCard> neighbours = List.of(card("Neighbour"));

    assertEquals("item/1/engagement-guided", guided.version());
    assertFalse(text(List.of(basic.question(card("One"), neighbours))).contains("Neighbour"));
    assertTrue(text(List.of(guided.question(card("One"), neighbours))).contains("Neighbour"));
    assertEquals("A slow film.", basic.read("Sure: {\"text\": \"A slow\\nfilm.\"}"));
    assertThrows(UnreadableAnswerException.class, () -> basic.read("{\"text\": \"\"}"));
  }

  @Test
  void aspectsAreReadEachOnce() throws UnreadableAnswerException {
    AspectPrompt prompt = new AspectPrompt();

    assertEquals(
        List.of("genre", "mood"), prompt.read("{\"aspects\":[\"genre\",\"mood\",\"genre\"]}"));
    assertThrows(UnreadableAnswerException.class, () -> prompt.read("{\"aspects\":[]}"));
  }

  private static void check(JsonNode schema) {
    schema
        .properties()
        .forEach(
            entry -> {
              assertTrue(KEYWORDS_OF_THE_SERVER.contains(entry.getKey()), schema.toString());
              if (entry.getKey().equals("properties")) {
                entry.getValue().forEach(PromptsTest::check);
              } else if (entry.getValue().isObject()) {
                check(entry.getValue());
              } else if (entry.getKey().equals("anyOf")) {
                entry.getValue().forEach(PromptsTest::check);
              }
            });
  }

  private static ItemCard card(String title) {
    return new ItemCard(title, Map.of("genre", List.of("Drama")));
  }

  private static EvidenceEvent aged(int number, double stars, String title, String year) {
    EvidenceEvent event = Events.rated(number, stars, title, "Drama");
    return new EvidenceEvent(
        event.eventId(),
        event.itemId(),
        new ItemCard(title, Map.of("year", List.of(year))),
        event.type(),
        event.value(),
        event.eventTime(),
        null);
  }

  private static ProfilePrompt prompt(String name) {
    return ProfilePrompts.named(name, PromptSettings.defaults());
  }

  private static List<ChatAnswer> answers(String... texts) {
    List<ChatAnswer> answers = new ArrayList<>();
    for (String text : texts) {
      answers.add(new ChatAnswer(text, "fake", 1, 1));
    }
    return answers;
  }

  private static int size(
      String prompt, List<EvidenceEvent> events, @Nullable UserProfile previous) {
    return prompt(prompt)
        .questions(new ProfileEvidence(events, previous, events.size()))
        .toString()
        .length();
  }

  private static String text(List<ChatRequest> questions) {
    StringBuilder all = new StringBuilder();
    questions.forEach(
        question -> question.messages().forEach(message -> all.append(message.content())));
    return all.toString();
  }

  private static UserProfile profile() {
    return UserProfile.newBuilder()
        .setUserId("user")
        .setVersion(1)
        .setUpdatedAt(Instant.EPOCH)
        .setSummary("Likes Drama.")
        .setInterests(List.of(new Claim("Drama", 0.5f, List.of("event-1"))))
        .setEventCount(2)
        .setModel("fake")
        .setPromptVersion("keywords/1")
        .build();
  }

  @Test
  void wordsThatStatementsAreMadeOfAreNoTraits() {
    ProfileEvidence evidence =
        Events.evidence(Events.said(1, "Crime for me, please; I find musicals boring"));

    String question = text(List.of(prompt("statements").questions(evidence).get(0)));

    assertTrue(question.contains("crime: e1"), question);
    assertFalse(question.contains("please: "), question);
    assertFalse(question.contains("find: "), question);
  }
}
