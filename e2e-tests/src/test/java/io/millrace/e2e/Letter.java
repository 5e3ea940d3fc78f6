package io.millrace.e2e;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * A refused record as somebody sees it who knows its schema from the registry only.
 *
 * @param place of the refused record: topic, partition and offset
 * @param key of the refused record, as text
 * @param value its bytes
 * @param valueLength how many it had
 * @param valueSha256 their digest, in hex
 */
record Letter(
    String place,
    String key,
    String reason,
    String detail,
    ByteBuffer value,
    int valueLength,
    String valueSha256,
    String job) {

  /** Reads one off the topic. */
  static Letter from(ConsumerRecord<String, GenericRecord> record) {
    GenericRecord letter = record.value();
    return new Letter(
        letter.get("topic") + "-" + letter.get("partition") + "@" + letter.get("offset"),
        StandardCharsets.UTF_8.decode(bytes(letter, "key")).toString(),
        letter.get("reason").toString(),
        letter.get("detail").toString(),
        bytes(letter, "value"),
        (Integer) letter.get("valueLength"),
        letter.get("valueSha256").toString(),
        letter.get("job").toString());
  }

  /** Where a record went, in the same words as {@link #place()}. */
  static String place(RecordMetadata sent) {
    return sent.topic() + "-" + sent.partition() + "@" + sent.offset();
  }

  private static ByteBuffer bytes(GenericRecord letter, String field) {
    return ((ByteBuffer) letter.get(field)).asReadOnlyBuffer();
  }
}
