package io.millrace.flink.jobs;

import io.millrace.flink.connectors.KafkaSettings;
import io.millrace.flink.connectors.RecordKey;
import io.millrace.flink.connectors.RecordValue;
import io.millrace.flink.connectors.RegistrySettings;
import io.millrace.flink.connectors.SinkSettings;
import io.millrace.flink.connectors.StartingOffsets;
import io.millrace.flink.connectors.TopicSink;
import io.millrace.flink.connectors.TopicSource;
import io.millrace.flink.records.RecordTypes;
import io.millrace.flink.records.SourceRecord;
import io.millrace.schemas.Topic;
import io.millrace.schemas.Topics;
import io.millrace.schemas.avro.DeadLetter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.source.Source;

/**
 * Makes the sources and sinks of a job in Kafka.
 *
 * @param kafka where Kafka is
 * @param registry where the schema registry is
 * @param job name of the job, for dead letters and client ids
 */
record KafkaEdges(KafkaSettings kafka, RegistrySettings registry, String job) {

  /** A topic, read from where the settings say. */
  <V extends SpecificRecord> Source<SourceRecord<V>, ?, ?> source(Topic<V> topic) {
    return source(topic, kafka);
  }

  /** A topic whose every record is needed, read from its beginning whatever was committed. */
  <V extends SpecificRecord> Source<SourceRecord<V>, ?, ?> whole(Topic<V> topic) {
    return source(topic, kafka.from(StartingOffsets.EARLIEST));
  }

  private <V extends SpecificRecord> Source<SourceRecord<V>, ?, ?> source(
      Topic<V> topic, KafkaSettings from) {
    return TopicSource.of(topic, RecordTypes.sourceRecord(topic.valueType()), from, registry, job);
  }

  /**
   * A compacted topic, for what has values and tombstones.
   *
   * @param value the record's value, or none for a tombstone
   */
  <T, V extends SpecificRecord> Sink<T> changes(
      Topic<V> topic, RecordKey<T> key, RecordValue<T, V> value, SinkSettings output) {
    return TopicSink.of(topic, key, value, output, kafka, registry);
  }

  /** Where refused records go, under the key that they came with. */
  Sink<DeadLetter> deadLetters(SinkSettings output) {
    return TopicSink.of(
        Topics.DEAD_LETTERS, letter -> RecordKey.bytes(letter.getKey()), output, kafka, registry);
  }
}
