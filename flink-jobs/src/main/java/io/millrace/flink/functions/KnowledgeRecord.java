package io.millrace.flink.functions;

import com.google.common.hash.Hashing;
import io.millrace.flink.profiles.ItemCard;
import io.millrace.flink.profiles.ItemPrompt;
import io.millrace.flink.profiles.UnreadableAnswerException;
import io.millrace.schemas.avro.ItemKnowledge;
import io.millrace.schemas.avro.KnowledgeText;
import io.millrace.schemas.avro.LanguageModelAnswer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the record of what is known of an item; of what the journal holds alone. */
final class KnowledgeRecord {
  private static final Logger LOG = LoggerFactory.getLogger(KnowledgeRecord.class);

  private final String itemId;
  private final ItemCard item;
  private final List<KnowledgeText> texts = new ArrayList<>();
  private final List<String> prompts = new ArrayList<>();
  private final List<String> answerIds = new ArrayList<>();
  private String model = "";
  private Instant newest = Instant.EPOCH;
  private int promptTokens;
  private int completionTokens;

  KnowledgeRecord(String itemId, ItemCard item) {
    this.itemId = itemId;
    this.item = item;
  }

  /** Takes an answer in; returns false when its words cannot be read, and it only counts. */
  boolean add(ItemPrompt prompt, LanguageModelAnswer answer) {
    prompts.add(prompt.version());
    answerIds.add(answer.getAnswerId());
    promptTokens += answer.getPromptTokens();
    completionTokens += answer.getCompletionTokens();
    model = answer.getModel().isEmpty() ? model : answer.getModel();
    newest = answer.getAnsweredAt().isAfter(newest) ? answer.getAnsweredAt() : newest;
    try {
      texts.add(new KnowledgeText(prompt.family().label(), prompt.read(answer.getText())));
      return true;
    } catch (UnreadableAnswerException e) {
      LOG.warn("item {} goes without a text: {}", itemId, e.getMessage());
      return false;
    }
  }

  int tokens() {
    return promptTokens + completionTokens;
  }

  /** Without a vector yet. */
  ItemKnowledge build() {
    return ItemKnowledge.newBuilder()
        .setItemId(itemId)
        .setItemVersion(version(item))
        .setUpdatedAt(newest)
        .setTexts(texts)
        .setModel(model)
        .setPromptVersion(String.join(",", prompts))
        .setPromptTokens(promptTokens)
        .setCompletionTokens(completionTokens)
        .setAnswerIds(answerIds)
        .build();
  }

  private static String version(ItemCard item) {
    return Hashing.murmur3_128()
        .hashString(item.title() + '\n' + item.attributes(), StandardCharsets.UTF_8)
        .toString();
  }
}
