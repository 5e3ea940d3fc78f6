package io.millrace.flink.jobs;

import io.millrace.flink.config.JournaledJobSettings;
import io.millrace.flink.config.ProfileJobSettings;
import io.millrace.flink.connectors.KafkaAnswerJournal;
import io.millrace.flink.connectors.RecordKey;
import io.millrace.flink.records.ProfileChange;
import io.millrace.flink.records.SourceRecord;
import io.millrace.schemas.Topic;
import io.millrace.schemas.Topics;
import io.millrace.schemas.avro.Erasure;
import io.millrace.schemas.avro.Interaction;
import io.millrace.schemas.avro.Item;
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
 * @param profiles where profiles go
 * @param journaled the journal, the language model, and where refused records go
 */
public record ProfileEdges(
    Source<SourceRecord<Interaction>, ?, ?> interactions,
    Source<SourceRecord<Erasure>, ?, ?> erasures,
    Source<SourceRecord<ProfileRefresh>, ?, ?> refreshes,
    Source<SourceRecord<Item>, ?, ?> items,
    Sink<ProfileChange> profiles,
    JournaledEdges journaled) {

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
    JournaledJobSettings shared = settings.journaled();
    KafkaEdges kafka = new KafkaEdges(shared.kafka(), shared.registry(), ProfileJob.NAME);
    return new ProfileEdges(
        kafka.source(Topics.INTERACTIONS),
        kafka.source(Topics.ERASURES),
        kafka.source(Topics.PROFILE_REFRESHES),
        // Whole: else nothing has a title.
        kafka.whole(Topics.ITEMS),
        kafka.changes(
            Topics.USER_PROFILES,
            change -> RecordKey.utf8(change.userId()),
            ProfileChange::profile,
            shared.output()),
        JournaledEdges.of(
            shared,
            kafka,
            Topics.LANGUAGE_MODEL_ANSWERS,
            KafkaAnswerJournal.ofUsers(shared.kafka(), shared.registry())));
  }
}
