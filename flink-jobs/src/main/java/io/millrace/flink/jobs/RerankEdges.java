package io.millrace.flink.jobs;

import io.millrace.flink.config.JournaledJobSettings;
import io.millrace.flink.config.RerankJobSettings;
import io.millrace.flink.connectors.KafkaAnswerJournal;
import io.millrace.flink.connectors.RecordKey;
import io.millrace.flink.records.RerankedChange;
import io.millrace.flink.records.SourceRecord;
import io.millrace.schemas.Topic;
import io.millrace.schemas.Topics;
import io.millrace.schemas.avro.Erasure;
import io.millrace.schemas.avro.Item;
import io.millrace.schemas.avro.RerankQuestion;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.source.Source;

/**
 * Where the rerank job touches the world.
 *
 * @param questions lists that are to be looked over
 * @param erasures wishes to be forgotten
 * @param items the catalogue
 * @param reranked where goes what a language model said of them
 * @param journaled the journal, the language model, and where refused records go
 */
public record RerankEdges(
    Source<SourceRecord<RerankQuestion>, ?, ?> questions,
    Source<SourceRecord<Erasure>, ?, ?> erasures,
    Source<SourceRecord<Item>, ?, ?> items,
    Sink<RerankedChange> reranked,
    JournaledEdges journaled) {

  /** Topics that the job reads or writes. */
  static List<Topic<? extends SpecificRecord>> topics() {
    return List.of(
        Topics.RERANK_QUESTIONS,
        Topics.ERASURES,
        Topics.ITEMS,
        Topics.RERANK_ANSWERS,
        Topics.RERANKED_CANDIDATES,
        Topics.DEAD_LETTERS);
  }

  /** Kafka topics and an endpoint with OpenAI's interface and {@code /score}. */
  public static RerankEdges of(RerankJobSettings settings) {
    JournaledJobSettings shared = settings.journaled();
    KafkaEdges kafka = new KafkaEdges(shared.kafka(), shared.registry(), RerankJob.NAME);
    return new RerankEdges(
        kafka.source(Topics.RERANK_QUESTIONS),
        kafka.source(Topics.ERASURES),
        // Whole: else nothing has a title.
        kafka.whole(Topics.ITEMS),
        kafka.changes(
            Topics.RERANKED_CANDIDATES,
            change -> RecordKey.utf8(change.userId()),
            RerankedChange::reranked,
            shared.output()),
        JournaledEdges.of(
            shared,
            kafka,
            Topics.RERANK_ANSWERS,
            KafkaAnswerJournal.ofLists(shared.kafka(), shared.registry())));
  }
}
