package io.millrace.flink.records;

import io.millrace.flink.records.ProfileInput.Answered;
import io.millrace.flink.records.ProfileInput.Erased;
import io.millrace.flink.records.ProfileInput.Interacted;
import io.millrace.flink.records.ProfileInput.Refreshed;
import io.millrace.schemas.avro.Erasure;
import io.millrace.schemas.avro.LanguageModelAnswer;
import io.millrace.schemas.avro.ProfileRefresh;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Between operators: everything that matters for profiles. */
public final class ProfileInputSerializer extends VersionedSerializer<ProfileInput> {
  private static final long serialVersionUID = 1L;
  private static final int VERSION = 1;

  private static final int INTERACTED = 1;
  private static final int REFRESHED = 2;
  private static final int ANSWERED = 3;
  private static final int ERASED = 4;

  private final AvroRecordSerializer<ProfileRefresh> refreshes =
      new AvroRecordSerializer<>(ProfileRefresh.class);
  private final AvroRecordSerializer<LanguageModelAnswer> answers =
      new AvroRecordSerializer<>(LanguageModelAnswer.class);
  private final AvroRecordSerializer<Erasure> erasures = new AvroRecordSerializer<>(Erasure.class);

  @Override
  protected int version() {
    return VERSION;
  }

  @Override
  protected void write(ProfileInput input, DataOutputView out) throws IOException {
    if (input instanceof Interacted interacted) {
      out.writeByte(INTERACTED);
      InteractionFields.write(interacted.interaction(), out);
      out.writeBoolean(interacted.live());
    } else if (input instanceof Refreshed refreshed) {
      out.writeByte(REFRESHED);
      refreshes.serialize(refreshed.refresh(), out);
    } else if (input instanceof Answered answered) {
      out.writeByte(ANSWERED);
      answers.serialize(answered.answer(), out);
    } else if (input instanceof Erased erased) {
      out.writeByte(ERASED);
      erasures.serialize(erased.erasure(), out);
    }
  }

  @Override
  protected ProfileInput read(int version, DataInputView in) throws IOException {
    int kind = in.readByte();
    return switch (kind) {
      case INTERACTED -> new Interacted(InteractionFields.read(in), in.readBoolean());
      case REFRESHED -> new Refreshed(refreshes.deserialize(in));
      case ANSWERED -> new Answered(answers.deserialize(in));
      case ERASED -> new Erased(erasures.deserialize(in));
      default -> throw new IOException("input of kind " + kind + " is unknown to this release");
    };
  }

  @Override
  public TypeSerializer<ProfileInput> duplicate() {
    return new ProfileInputSerializer();
  }

  @Override
  public TypeSerializerSnapshot<ProfileInput> snapshotConfiguration() {
    return new Snapshot();
  }

  /** The version that a savepoint was written with. */
  public static final class Snapshot extends VersionedSnapshot<ProfileInput> {
    /** Called by Flink. */
    public Snapshot() {
      super(ProfileInputSerializer::new);
    }
  }
}
