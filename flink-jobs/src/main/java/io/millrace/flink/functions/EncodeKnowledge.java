package io.millrace.flink.functions;

import io.millrace.flink.llm.TextEncoder;
import io.millrace.flink.llm.TextEncoder.Encoded;
import io.millrace.flink.llm.TextEncoderFactory;
import io.millrace.flink.records.KnowledgeChange;
import io.millrace.flink.records.RecordTypes;
import io.millrace.schemas.avro.ItemKnowledge;
import io.millrace.schemas.avro.KnowledgeText;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.async.ResultFuture;
import org.apache.flink.streaming.api.functions.async.RichAsyncFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns what was written about items into vectors. An encoder that fails or is late costs an item
 * its vector, which is counted, and nothing else.
 */
public final class EncodeKnowledge extends RichAsyncFunction<KnowledgeChange, KnowledgeChange>
    implements ResultTypeQueryable<KnowledgeChange> {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(EncodeKnowledge.class);

  private final TextEncoderFactory encoders;
  private transient @Nullable TextEncoder encoder;
  private transient @Nullable Counter unencoded;

  /** With an encoder for each instance. */
  public EncodeKnowledge(TextEncoderFactory encoders) {
    this.encoders = encoders;
  }

  @Override
  public void open(OpenContext context) {
    encoder = encoders.create();
    unencoded = getRuntimeContext().getMetricGroup().counter("itemsUnencoded");
  }

  @Override
  public void asyncInvoke(KnowledgeChange change, ResultFuture<KnowledgeChange> result) {
    ItemKnowledge knowledge = change.knowledge();
    if (knowledge == null || knowledge.getTexts().isEmpty()) {
      result.complete(Collections.singleton(change));
      return;
    }
    String text =
        knowledge.getTexts().stream().map(KnowledgeText::getText).collect(Collectors.joining(" "));
    Objects.requireNonNull(encoder, "not opened")
        .encode(List.of(text))
        .whenComplete(
            (answer, failure) -> result.complete(List.of(encoded(knowledge, answer, failure))));
  }

  private KnowledgeChange encoded(
      ItemKnowledge knowledge, @Nullable Encoded answer, @Nullable Throwable failure) {
    ByteBuffer vector = answer == null ? null : VectorBytes.of(answer);
    if (answer == null || vector == null) {
      LOG.warn("item {} goes without its vector", knowledge.getItemId(), failure);
      count();
      return new KnowledgeChange(knowledge.getItemId(), knowledge);
    }
    return new KnowledgeChange(
        knowledge.getItemId(),
        ItemKnowledge.newBuilder(knowledge)
            .setVector(vector)
            .setEncoderVersion(answer.encoderVersion())
            .build());
  }

  @Override
  public void timeout(KnowledgeChange change, ResultFuture<KnowledgeChange> result) {
    LOG.warn("item {} goes without its vector: the encoder is late", change.itemId());
    count();
    result.complete(List.of(change));
  }

  @Override
  public TypeInformation<KnowledgeChange> getProducedType() {
    return RecordTypes.KNOWLEDGE_CHANGE;
  }

  private void count() {
    Objects.requireNonNull(unencoded, "not opened").inc();
  }

  @Override
  public void close() {
    if (encoder != null) {
      encoder.close();
    }
  }
}
