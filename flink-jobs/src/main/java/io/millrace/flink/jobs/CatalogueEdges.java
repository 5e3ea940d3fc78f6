package io.millrace.flink.jobs;

import io.millrace.flink.config.CatalogueJobSettings;
import io.millrace.flink.connectors.KafkaAnswerJournal;
import io.millrace.flink.connectors.KafkaSettings;
import io.millrace.flink.connectors.RecordKey;
import io.millrace.flink.connectors.StartingOffsets;
import io.millrace.flink.connectors.TopicSink;
import io.millrace.flink.connectors.TopicSource;
import io.millrace.flink.llm.AnswerJournal;
import io.millrace.flink.llm.LanguageModelFactory;
import io.millrace.flink.llm.OpenAiLanguageModelFactory;
import io.millrace.flink.llm.OpenAiTextEncoderFactory;
import io.millrace.flink.llm.TextEncoderFactory;
import io.millrace.flink.records.KnowledgeChange;
import io.millrace.flink.records.RecordTypes;
import io.millrace.flink.records.SourceRecord;
import io.millrace.schemas.Topic;
import io.millrace.schemas.Topics;
import io.millrace.schemas.avro.DeadLetter;
import io.millrace.schemas.avro.Item;
import io.millrace.schemas.avro.LanguageModelAnswer;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.source.Source;

/**
 * Where the catalogue job touches the world.
 *
 * @param items the catalogue
 * @param answers the journal, read
 * @param knowledge where goes what is known of items
 * @param forgotten where keys go that are to go from the journal
 * @param deadLetters where refused records go that no other job reads
 * @param journal the journal, written
 * @param languageModels who answers
 * @param textEncoders who turns texts into vectors
 */
public record CatalogueEdges(
    Source<SourceRecord<Item>, ?, ?> items,
    Source<SourceRecord<LanguageModelAnswer>, ?, ?> answers,
    Sink<KnowledgeChange> knowledge,
    Sink<String> forgotten,
    Sink<DeadLetter> deadLetters,
    AnswerJournal.Factory journal,
    LanguageModelFactory languageModels,
    TextEncoderFactory textEncoders) {

  /** Topics that the job reads or writes. */
  static List<Topic<? extends SpecificRecord>> topics() {
    return List.of(Topics.ITEMS, Topics.ITEM_ANSWERS, Topics.ITEM_KNOWLEDGE, Topics.DEAD_LETTERS);
  }

  /** Kafka topics and an endpoint with OpenAI's interface. */
  public static CatalogueEdges of(CatalogueJobSettings settings) {
    return new CatalogueEdges(
        source(Topics.ITEMS, settings),
        source(Topics.ITEM_ANSWERS, settings),
        TopicSink.of(
            Topics.ITEM_KNOWLEDGE,
            change -> RecordKey.utf8(change.itemId()),
            KnowledgeChange::knowledge,
            settings.output(),
            settings.kafka(),
            settings.registry()),
        TopicSink.of(
            Topics.ITEM_ANSWERS,
            RecordKey::utf8,
            key -> null,
            settings.output(),
            settings.kafka(),
            settings.registry()),
        TopicSink.of(
            Topics.DEAD_LETTERS,
            letter -> RecordKey.bytes(letter.getKey()),
            settings.output(),
            settings.kafka(),
            settings.registry()),
        KafkaAnswerJournal.ofItems(settings.kafka(), settings.registry()),
        new OpenAiLanguageModelFactory(settings.languageModel()),
        new OpenAiTextEncoderFactory(settings.textEncoder()));
  }

  /** Whole, whatever was committed: else items are missed, and answers are paid again. */
  private static <V extends SpecificRecord> Source<SourceRecord<V>, ?, ?> source(
      Topic<V> topic, CatalogueJobSettings settings) {
    KafkaSettings whole = settings.kafka().from(StartingOffsets.EARLIEST);
    return TopicSource.of(
        topic,
        RecordTypes.sourceRecord(topic.valueType()),
        whole,
        settings.registry(),
        CatalogueJob.NAME);
  }
}
