package io.millrace.flink.records;

import io.millrace.flink.features.ServedProfile;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Keyed state: what lists use of a user's profile. Called after what its first version held, since
 * savepoints name this class.
 */
public final class ProfileVectorSerializer extends VersionedSerializer<ServedProfile> {
  private static final long serialVersionUID = 1L;

  @Override
  protected int version() {
    return ServedProfile.VERSION;
  }

  @Override
  protected void write(ServedProfile value, DataOutputView out) throws IOException {
    value.writeTo(out);
  }

  @Override
  protected ServedProfile read(int version, DataInputView in) throws IOException {
    return ServedProfile.readFrom(version, in);
  }

  @Override
  public TypeSerializerSnapshot<ServedProfile> snapshotConfiguration() {
    return new Snapshot();
  }

  /** The version that a savepoint was written with. */
  public static final class Snapshot extends VersionedSnapshot<ServedProfile> {
    /** Called by Flink. */
    public Snapshot() {
      super(ProfileVectorSerializer::new);
    }
  }
}
