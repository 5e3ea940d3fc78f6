package io.millrace.flink.records;

import io.millrace.flink.features.Compact;
import io.millrace.schemas.avro.RerankedCandidates;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Between operators: what a language model said of lists. */
public final class RerankedChangeSerializer extends VersionedSerializer<RerankedChange> {
  private static final long serialVersionUID = 1L;
  private static final int VERSION = 1;

  private final AvroRecordSerializer<RerankedCandidates> values =
      new AvroRecordSerializer<>(RerankedCandidates.class);

  @Override
  protected int version() {
    return VERSION;
  }

  @Override
  protected void write(RerankedChange value, DataOutputView out) throws IOException {
    RerankedCandidates reranked = value.reranked();
    Compact.writeText(out, value.userId());
    out.writeBoolean(reranked != null);
    if (reranked != null) {
      values.serialize(reranked, out);
    }
  }

  @Override
  protected RerankedChange read(int version, DataInputView in) throws IOException {
    String userId = Compact.readText(in);
    return new RerankedChange(userId, in.readBoolean() ? values.deserialize(in) : null);
  }

  @Override
  public TypeSerializer<RerankedChange> duplicate() {
    return new RerankedChangeSerializer();
  }

  @Override
  public TypeSerializerSnapshot<RerankedChange> snapshotConfiguration() {
    return new Snapshot();
  }

  /** The version that a savepoint was written with. */
  public static final class Snapshot extends VersionedSnapshot<RerankedChange> {
    /** Called by Flink. */
    public Snapshot() {
      super(RerankedChangeSerializer::new);
    }
  }
}
