package io.millrace.flink.connectors;

import io.millrace.flink.records.DeadLetterFactory;
import io.millrace.flink.records.SourceRecord;
import io.millrace.schemas.MalformedValueException;
import io.millrace.schemas.RegistryFraming;
import io.millrace.schemas.avro.DeadLetter;
import io.millrace.schemas.avro.DeadLetterReason;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.api.common.serialization.DeserializationSchema.InitializationContext;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Kafka records to {@link SourceRecord}s: exactly one comes out for each that goes in.
 *
 * <p>A value with an id that was not met before asks the registry, and waits for it while it cannot
 * be reached: an outage delays records, it never makes dead letters of them.
 */
final class TopicDeserializer<V extends SpecificRecord>
    implements KafkaRecordDeserializationSchema<SourceRecord<V>> {
  private static final long serialVersionUID = 1L;

  private final Class<V> valueType;
  private final TypeInformation<SourceRecord<V>> producedType;
  private final RegistrySettings registry;
  private final String job;
  private transient @Nullable WriterSchemas<V> schemas;

  TopicDeserializer(
      Class<V> valueType,
      TypeInformation<SourceRecord<V>> producedType,
      RegistrySettings registry,
      String job) {
    this.valueType = valueType;
    this.producedType = producedType;
    this.registry = registry;
    this.job = job;
  }

  @Override
  public void open(InitializationContext context) {
    SchemaRegistry client = new SchemaRegistry(registry);
    context
        .getUserCodeClassLoader()
        .registerReleaseHookIfAbsent("close registry client " + client, client::close);
    open(client::schema, System::nanoTime);
  }

  void open(WriterSchemas.Lookup lookup, WriterSchemas.NanoClock clock) {
    schemas = new WriterSchemas<>(valueType, lookup, clock);
  }

  @Override
  public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<SourceRecord<V>> out) {
    byte @Nullable [] key = record.key();
    byte @Nullable [] bytes = record.value();
    V value = null;
    DeadLetter refused = null;
    if (bytes != null) {
      try {
        value = decode(bytes);
      } catch (RegistryException.UnknownSchema e) {
        refused = refuse(record, DeadLetterReason.UNKNOWN_SCHEMA, e);
      } catch (MalformedValueException e) {
        refused = refuse(record, DeadLetterReason.MALFORMED_BYTES, e);
      }
    }
    out.collect(
        new SourceRecord<>(
            value,
            refused,
            key == null ? "" : new String(key, StandardCharsets.UTF_8),
            key,
            bytes,
            record.topic(),
            record.partition(),
            record.offset(),
            record.timestamp(),
            System.currentTimeMillis(),
            System.nanoTime()));
  }

  private V decode(byte[] bytes) {
    return Objects.requireNonNull(schemas, "opened before it is used")
        .codec(RegistryFraming.schemaId(bytes))
        .decode(bytes);
  }

  private DeadLetter refuse(
      ConsumerRecord<byte[], byte[]> record, DeadLetterReason reason, RuntimeException why) {
    return DeadLetterFactory.refuse(
        record.topic(),
        record.partition(),
        record.offset(),
        record.timestamp(),
        record.key(),
        record.value(),
        reason,
        String.valueOf(why.getMessage()),
        job);
  }

  @Override
  public TypeInformation<SourceRecord<V>> getProducedType() {
    return producedType;
  }
}
