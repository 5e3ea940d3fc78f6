package io.millrace.flink.records;

import io.millrace.flink.features.Compact;
import io.millrace.schemas.avro.UserProfile;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Between operators: changes of profiles. */
public final class ProfileChangeSerializer extends VersionedSerializer<ProfileChange> {
  private static final long serialVersionUID = 1L;
  private static final int VERSION = 1;

  private final AvroRecordSerializer<UserProfile> profiles =
      new AvroRecordSerializer<>(UserProfile.class);

  @Override
  protected int version() {
    return VERSION;
  }

  @Override
  protected void write(ProfileChange value, DataOutputView out) throws IOException {
    UserProfile profile = value.profile();
    Compact.writeText(out, value.userId());
    out.writeBoolean(profile != null);
    if (profile != null) {
      profiles.serialize(profile, out);
    }
  }

  @Override
  protected ProfileChange read(int version, DataInputView in) throws IOException {
    String userId = Compact.readText(in);
    return new ProfileChange(userId, in.readBoolean() ? profiles.deserialize(in) : null);
  }

  @Override
  public TypeSerializer<ProfileChange> duplicate() {
    return new ProfileChangeSerializer();
  }

  @Override
  public TypeSerializerSnapshot<ProfileChange> snapshotConfiguration() {
    return new Snapshot();
  }

  /** The version that a savepoint was written with. */
  public static final class Snapshot extends VersionedSnapshot<ProfileChange> {
    /** Called by Flink. */
    public Snapshot() {
      super(ProfileChangeSerializer::new);
    }
  }
}
