package io.millrace.flink.records;

import io.millrace.flink.features.ProfileVector;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Keyed state: a user's profile vector. */
public final class ProfileVectorSerializer extends VersionedSerializer<ProfileVector> {
  private static final long serialVersionUID = 1L;

  @Override
  protected int version() {
    return ProfileVector.VERSION;
  }

  @Override
  protected void write(ProfileVector value, DataOutputView out) throws IOException {
    value.writeTo(out);
  }

  @Override
  protected ProfileVector read(int version, DataInputView in) throws IOException {
    return ProfileVector.readFrom(in);
  }

  @Override
  public TypeSerializerSnapshot<ProfileVector> snapshotConfiguration() {
    return new Snapshot();
  }

  /** The version that a savepoint was written with. */
  public static final class Snapshot extends VersionedSnapshot<ProfileVector> {
    /** Called by Flink. */
    public Snapshot() {
      super(ProfileVectorSerializer::new);
    }
  }
}
