package io.millrace.flink.jobs;

import io.millrace.flink.config.ProfileJobSettings;
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
import io.millrace.flink.records.ProfileChange;
import io.millrace.flink.records.RecordTypes;
import io.millrace.flink.records.SourceRecord;
import io.millrace.schemas.Topic;
import io.millrace.schemas.Topics;
import io.millrace.schemas.avro.DeadLetter;
import io.millrace.schemas.avro.Erasure;
import io.millrace.schemas.avro.Interaction;
import io.millrace.schemas.avro.Item;
import io.millrace.schemas.avro.LanguageModelAnswer;
import io.millrace.schemas.avro.ProfileRefresh;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.source.Source;

/**
 * Where the profile job touches the world.
 *
 * @param interactions what users do
 * @param erasures wishes to be forgotten
 * @param refreshes wishes for a profile
 * @param items the catalogue
 * @param answers the journal, read
 * @param profiles where profiles go
 * @param forgotten where keys go that are to go from the journal
 * @param deadLetters where refused records go that no other job reads
 * @param journal the journal, written
 * @param languageModels who answers
 * @param textEncoders who turns profiles into vectors
 */
public record ProfileEdges(
    Source<SourceRecord<Interaction>, ?, ?> interactions,
    Source<SourceRecord<Erasure>, ?, ?> erasures,
    Source<SourceRecord<ProfileRefresh>, ?, ?> refreshes,
    Source<SourceRecord<Item>, ?, ?> items,
    Source<SourceRecord<LanguageModelAnswer>, ?, ?> answers,
    Sink<ProfileChange> profiles,
    Sink<String> forgotten,
    Sink<DeadLetter> deadLetters,
    AnswerJournal.Factory journal,
    LanguageModelFactory languageModels,
    TextEncoderFactory textEncoders) {

  /** Topics that the job reads or writes. */
  static List<Topic<? extends SpecificRecord>> topics() {
    return List.of(
        Topics.INTERACTIONS,
        Topics.ERASURES,
        Topics.PROFILE_REFRESHES,
        Topics.ITEMS,
        Topics.LANGUAGE_MODEL_ANSWERS,
        Topics.USER_PROFILES,
        Topics.DEAD_LETTERS);
  }

  /** Kafka topics and an endpoint with OpenAI's interface. */
  public static ProfileEdges of(ProfileJobSettings settings) {
    return new ProfileEdges(
        source(Topics.INTERACTIONS, settings.kafka(), settings),
        source(Topics.ERASURES, settings.kafka(), settings),
        source(Topics.PROFILE_REFRESHES, settings.kafka(), settings),
        // Whole, whatever was committed: without them nothing has a title, and answers are paid
        // again.
        source(Topics.ITEMS, settings.kafka().from(StartingOffsets.EARLIEST), settings),
        source(
            Topics.LANGUAGE_MODEL_ANSWERS,
            settings.kafka().from(StartingOffsets.EARLIEST),
            settings),
        TopicSink.of(
            Topics.USER_PROFILES,
            change -> RecordKey.utf8(change.userId()),
            ProfileChange::profile,
            settings.output(),
            settings.kafka(),
            settings.registry()),
        TopicSink.of(
            Topics.LANGUAGE_MODEL_ANSWERS,
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
        KafkaAnswerJournal.ofUsers(settings.kafka(), settings.registry()),
        new OpenAiLanguageModelFactory(settings.languageModel()),
        new OpenAiTextEncoderFactory(settings.textEncoder()));
  }

  private static <V extends SpecificRecord> Source<SourceRecord<V>, ?, ?> source(
      Topic<V> topic, KafkaSettings kafka, ProfileJobSettings settings) {
    return TopicSource.of(
        topic,
        RecordTypes.sourceRecord(topic.valueType()),
        kafka,
        settings.registry(),
        ProfileJob.NAME);
  }
}
