package io.millrace.flink.jobs;

import io.millrace.flink.config.CatalogueJobSettings;
import io.millrace.flink.config.JournaledJobSettings;
import io.millrace.flink.connectors.KafkaAnswerJournal;
import io.millrace.flink.connectors.RecordKey;
import io.millrace.flink.records.KnowledgeChange;
import io.millrace.flink.records.SourceRecord;
import io.millrace.schemas.Topic;
import io.millrace.schemas.Topics;
import io.millrace.schemas.avro.Item;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.source.Source;

/**
 * Where the catalogue job touches the world.
 *
 * @param items the catalogue
 * @param knowledge where goes what is known of items
 * @param journaled the journal, the language model, and where refused records go
 */
public record CatalogueEdges(
    Source<SourceRecord<Item>, ?, ?> items,
    Sink<KnowledgeChange> knowledge,
    JournaledEdges journaled) {

  /** Topics that the job reads or writes. */
  static List<Topic<? extends SpecificRecord>> topics() {
    return List.of(Topics.ITEMS, Topics.ITEM_ANSWERS, Topics.ITEM_KNOWLEDGE, Topics.DEAD_LETTERS);
  }

  /** Kafka topics and an endpoint with OpenAI's interface. */
  public static CatalogueEdges of(CatalogueJobSettings settings) {
    JournaledJobSettings shared = settings.journaled();
    KafkaEdges kafka = new KafkaEdges(shared.kafka(), shared.registry(), CatalogueJob.NAME);
    return new CatalogueEdges(
        kafka.whole(Topics.ITEMS),
        kafka.changes(
            Topics.ITEM_KNOWLEDGE,
            change -> RecordKey.utf8(change.itemId()),
            KnowledgeChange::knowledge,
            shared.output()),
        JournaledEdges.of(
            shared,
            kafka,
            Topics.ITEM_ANSWERS,
            KafkaAnswerJournal.ofItems(shared.kafka(), shared.registry())));
  }
}
