package io.millrace.flink.jobs;

import io.millrace.flink.config.JournaledJobSettings;
import io.millrace.flink.connectors.RecordKey;
import io.millrace.flink.functions.GatewaySettings;
import io.millrace.flink.functions.LanguageModelGateway;
import io.millrace.flink.functions.LanguageModelGatewayFactory;
import io.millrace.flink.llm.AnswerJournal;
import io.millrace.flink.llm.LanguageModelCall;
import io.millrace.flink.llm.LanguageModelFactory;
import io.millrace.flink.llm.OpenAiLanguageModelFactory;
import io.millrace.flink.llm.OpenAiTextEncoderFactory;
import io.millrace.flink.llm.TextEncoderFactory;
import io.millrace.flink.records.SourceRecord;
import io.millrace.schemas.Topic;
import io.millrace.schemas.avro.DeadLetter;
import io.millrace.schemas.avro.LanguageModelAnswer;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.streaming.api.datastream.DataStream;

/**
 * Where every job touches the world that asks a language model and keeps its answers in a journal.
 *
 * @param answers the journal, read
 * @param forgotten where keys go that are to go from the journal
 * @param deadLetters where refused records go that no other job reads
 * @param journal the journal, written
 * @param languageModels who answers
 * @param textEncoders who turns texts into vectors
 */
public record JournaledEdges(
    Source<SourceRecord<LanguageModelAnswer>, ?, ?> answers,
    Sink<String> forgotten,
    Sink<DeadLetter> deadLetters,
    AnswerJournal.Factory journal,
    LanguageModelFactory languageModels,
    TextEncoderFactory textEncoders) {

  /**
   * Kafka topics and an endpoint with OpenAI's interface.
   *
   * @param topic the journal, without its prefix
   * @param journal writes into the same topic
   */
  static JournaledEdges of(
      JournaledJobSettings settings,
      KafkaEdges kafka,
      Topic<LanguageModelAnswer> topic,
      AnswerJournal.Factory journal) {
    return new JournaledEdges(
        // Whole: else answers are paid again.
        kafka.whole(topic),
        kafka.changes(topic, RecordKey::utf8, key -> null, settings.output()),
        kafka.deadLetters(settings.output()),
        journal,
        new OpenAiLanguageModelFactory(settings.languageModel()),
        new OpenAiTextEncoderFactory(settings.textEncoder()));
  }

  /**
   * Connects what asks with the language model and the journal.
   *
   * @param calls what is asked
   * @param keys what is to go from the journal
   */
  void connect(
      DataStream<LanguageModelCall> calls, DataStream<String> keys, GatewaySettings gateway) {
    keys.sinkTo(forgotten).name("forgotten answers").uid("sink-forgotten");
    LanguageModelGateway.connect(
        calls, new LanguageModelGatewayFactory(gateway, languageModels, journal));
  }
}
