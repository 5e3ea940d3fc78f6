package io.millrace.standalone.profiles;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.millrace.flink.llm.ChatAnswer;
import io.millrace.flink.llm.ChatMessage;
import io.millrace.flink.llm.ChatRequest;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnswerStoreTest {
  private static final ChatAnswer ANSWER = new ChatAnswer("{\"a\":\n1}", "model-1", 12, 3);

  @TempDir private Path folder = Path.of("");

  @Test
  void answersAreThereInTheNextRun() {
    Path file = folder.resolve("answers.jsonl");
    new AnswerStore(file, "model-1").add(question("one"), ANSWER);

    AnswerStore again = new AnswerStore(file, "model-1");

    assertEquals(ANSWER, again.find(question("one")));
    assertNull(again.find(question("two")));
    assertNull(new AnswerStore(file, "model-2").find(question("one")));
  }

  private static ChatRequest question(String text) {
    return new ChatRequest(List.of(new ChatMessage(ChatMessage.Role.USER, text)), null, 8, 1);
  }
}
