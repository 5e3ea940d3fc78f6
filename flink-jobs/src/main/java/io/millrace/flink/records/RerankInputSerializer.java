package io.millrace.flink.records;

import io.millrace.flink.records.RerankInput.Answered;
import io.millrace.flink.records.RerankInput.Asked;
import io.millrace.flink.records.RerankInput.Erased;
import io.millrace.schemas.avro.Erasure;
import io.millrace.schemas.avro.LanguageModelAnswer;
import io.millrace.schemas.avro.RerankQuestion;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Between operators: everything that matters for reranking. */
public final class RerankInputSerializer extends VersionedSerializer<RerankInput> {
  private static final long serialVersionUID = 1L;
  private static final int VERSION = 1;

  private static final int ASKED = 1;
  private static final int ANSWERED = 2;
  private static final int ERASED = 3;

  private final AvroRecordSerializer<RerankQuestion> questions =
      new AvroRecordSerializer<>(RerankQuestion.class);
  private final AvroRecordSerializer<LanguageModelAnswer> answers =
      new AvroRecordSerializer<>(LanguageModelAnswer.class);
  private final AvroRecordSerializer<Erasure> erasures = new AvroRecordSerializer<>(Erasure.class);

  @Override
  protected int version() {
    return VERSION;
  }

  @Override
  protected void write(RerankInput input, DataOutputView out) throws IOException {
    if (input instanceof Asked asked) {
      out.writeByte(ASKED);
      questions.serialize(asked.question(), out);
    } else if (input instanceof Answered answered) {
      out.writeByte(ANSWERED);
      answers.serialize(answered.answer(), out);
    } else if (input instanceof Erased erased) {
      out.writeByte(ERASED);
      erasures.serialize(erased.erasure(), out);
    }
  }

  @Override
  protected RerankInput read(int version, DataInputView in) throws IOException {
    int kind = in.readByte();
    return switch (kind) {
      case ASKED -> new Asked(questions.deserialize(in));
      case ANSWERED -> new Answered(answers.deserialize(in));
      case ERASED -> new Erased(erasures.deserialize(in));
      default -> throw new IOException("input of kind " + kind + " is unknown to this release");
    };
  }

  @Override
  public TypeSerializer<RerankInput> duplicate() {
    return new RerankInputSerializer();
  }

  @Override
  public TypeSerializerSnapshot<RerankInput> snapshotConfiguration() {
    return new Snapshot();
  }

  /** The version that a savepoint was written with. */
  public static final class Snapshot extends VersionedSnapshot<RerankInput> {
    /** Called by Flink. */
    public Snapshot() {
      super(RerankInputSerializer::new);
    }
  }
}
