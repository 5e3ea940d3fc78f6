package io.millrace.flink.jobs;

import io.millrace.flink.config.JobSettings;
import io.millrace.flink.connectors.RecordKey;
import io.millrace.flink.connectors.TopicSink;
import io.millrace.flink.inference.GrpcRecommenderFactory;
import io.millrace.flink.inference.RecommenderFactory;
import io.millrace.flink.inference.WarmRecommenders;
import io.millrace.flink.records.SourceRecord;
import io.millrace.schemas.Topic;
import io.millrace.schemas.Topics;
import io.millrace.schemas.avro.DeadLetter;
import io.millrace.schemas.avro.Erasure;
import io.millrace.schemas.avro.Interaction;
import io.millrace.schemas.avro.Item;
import io.millrace.schemas.avro.Recommendation;
import io.millrace.schemas.avro.RecommendationInput;
import io.millrace.schemas.avro.RecommendationRequest;
import io.millrace.schemas.avro.RerankQuestion;
import io.millrace.schemas.avro.RerankedCandidates;
import io.millrace.schemas.avro.Rule;
import io.millrace.schemas.avro.UserProfile;
import java.time.Duration;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.source.Source;

/**
 * Where the recommendation job touches the world.
 *
 * @param interactions what users do
 * @param requests wishes for lists
 * @param profiles what is written about users
 * @param erasures wishes to be forgotten
 * @param rules what is done to lists after the model
 * @param items the catalogue
 * @param reranked what a language model found in lists
 * @param recommendations where lists go
 * @param recommendationInputs where what they were made from goes
 * @param rerankQuestions where lists go that a language model is to look over
 * @param deadLetters where refused records go
 * @param recommenders who makes lists
 */
public record JobEdges(
    Source<SourceRecord<Interaction>, ?, ?> interactions,
    Source<SourceRecord<RecommendationRequest>, ?, ?> requests,
    Source<SourceRecord<UserProfile>, ?, ?> profiles,
    Source<SourceRecord<Erasure>, ?, ?> erasures,
    Source<SourceRecord<Rule>, ?, ?> rules,
    Source<SourceRecord<Item>, ?, ?> items,
    Source<SourceRecord<RerankedCandidates>, ?, ?> reranked,
    Sink<Recommendation> recommendations,
    Sink<RecommendationInput> recommendationInputs,
    Sink<RerankQuestion> rerankQuestions,
    Sink<DeadLetter> deadLetters,
    RecommenderFactory recommenders) {
  /** Longest that a job waits for the first answers of a model server before it reads. */
  private static final Duration WARM_UP = Duration.ofSeconds(5);

  /** Topics that the job reads or writes. */
  static List<Topic<? extends SpecificRecord>> topics() {
    return List.of(
        Topics.INTERACTIONS,
        Topics.RECOMMENDATION_REQUESTS,
        Topics.USER_PROFILES,
        Topics.ERASURES,
        Topics.RULES,
        Topics.ITEMS,
        Topics.RERANKED_CANDIDATES,
        Topics.RECOMMENDATIONS,
        Topics.RECOMMENDATION_INPUTS,
        Topics.RERANK_QUESTIONS,
        Topics.DEAD_LETTERS);
  }

  /** Kafka topics and a model server over gRPC. */
  public static JobEdges of(JobSettings settings) {
    KafkaEdges edges =
        new KafkaEdges(settings.kafka(), settings.registry(), RecommendationJob.NAME);
    return new JobEdges(
        edges.source(Topics.INTERACTIONS),
        edges.source(Topics.RECOMMENDATION_REQUESTS),
        edges.source(Topics.USER_PROFILES),
        edges.source(Topics.ERASURES),
        edges.source(Topics.RULES),
        edges.source(Topics.ITEMS),
        edges.source(Topics.RERANKED_CANDIDATES),
        TopicSink.of(
            Topics.RECOMMENDATIONS,
            list -> RecordKey.utf8(list.getUserId()),
            settings.recommendations(),
            settings.kafka(),
            settings.registry()),
        TopicSink.of(
            Topics.RECOMMENDATION_INPUTS,
            input -> RecordKey.utf8(input.getUserId()),
            settings.recommendations().kept(),
            settings.kafka(),
            settings.registry()),
        TopicSink.of(
            Topics.RERANK_QUESTIONS,
            question -> RecordKey.utf8(question.getUserId()),
            settings.recommendations().kept(),
            settings.kafka(),
            settings.registry()),
        edges.deadLetters(settings.deadLetters()),
        new WarmRecommenders(new GrpcRecommenderFactory(settings.modelServer()), WARM_UP));
  }
}
