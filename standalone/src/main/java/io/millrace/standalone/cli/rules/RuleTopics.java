package io.millrace.standalone.cli.rules;

import io.millrace.flink.connectors.SchemaRegistry;
import io.millrace.schemas.Topics;
import io.millrace.schemas.avro.Item;
import io.millrace.schemas.avro.Rule;
import io.millrace.standalone.cli.terminal.CommandException;
import io.millrace.standalone.cli.topics.TopicReader;
import io.millrace.standalone.rules.KeptRules;
import io.millrace.standalone.rules.KnownCatalogue;
import java.util.Map;

/** Reads what a running system keeps of rules, and what they are about. */
public final class RuleTopics {
  private final Map<String, Object> kafka;
  private final SchemaRegistry schemas;

  /**
   * @param kafka properties of the clients
   * @param schemas where schemas of records come from
   */
  public RuleTopics(Map<String, Object> kafka, SchemaRegistry schemas) {
    this.kafka = kafka;
    this.schemas = schemas;
  }

  /**
   * All rules that are kept.
   *
   * @throws CommandException if this Kafka has no rules, or they cannot be read
   */
  public KeptRules rules() {
    KeptRules kept = new KeptRules();
    try (TopicReader<Rule> reader = new TopicReader<>(kafka, schemas, Topics.RULES)) {
      reader.readAll(key -> true, kept::put);
    }
    return kept;
  }

  /** The catalogue; a system without the topic has an empty one. */
  public KnownCatalogue catalogue() {
    KnownCatalogue catalogue = new KnownCatalogue();
    TopicReader<Item> items;
    try {
      items = new TopicReader<>(kafka, schemas, Topics.ITEMS);
    } catch (CommandException e) {
      // There is no such topic: ids are all that is known of items.
      return catalogue;
    }
    try (items) {
      items.readAll(key -> true, catalogue::put);
    }
    return catalogue;
  }
}
