package io.millrace.flink.records;

import io.millrace.flink.profiles.evidence.UserEvidence;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Keyed state: a user's events that no refresh was written from yet. */
public final class UserEvidenceSerializer extends VersionedSerializer<UserEvidence> {
  private static final long serialVersionUID = 1L;

  @Override
  protected int version() {
    return UserEvidence.VERSION;
  }

  @Override
  protected void write(UserEvidence value, DataOutputView out) throws IOException {
    value.writeTo(out);
  }

  @Override
  protected UserEvidence read(int version, DataInputView in) throws IOException {
    return UserEvidence.readFrom(in);
  }

  @Override
  public boolean isImmutableType() {
    return false;
  }

  @Override
  public UserEvidence copy(UserEvidence from) {
    return CopyByBytes.copy(this, from);
  }

  @Override
  public TypeSerializerSnapshot<UserEvidence> snapshotConfiguration() {
    return new Snapshot();
  }

  /** The version that a savepoint was written with. */
  public static final class Snapshot extends VersionedSnapshot<UserEvidence> {
    /** Called by Flink. */
    public Snapshot() {
      super(UserEvidenceSerializer::new);
    }
  }
}
