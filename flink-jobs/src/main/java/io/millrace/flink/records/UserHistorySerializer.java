package io.millrace.flink.records;

import io.millrace.flink.features.UserHistory;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Keyed state: a user's sequence, seen items and tombstone. */
public final class UserHistorySerializer extends VersionedSerializer<UserHistory> {
  private static final long serialVersionUID = 1L;

  @Override
  protected int version() {
    return UserHistory.VERSION;
  }

  @Override
  protected void write(UserHistory value, DataOutputView out) throws IOException {
    value.writeTo(out);
  }

  @Override
  protected UserHistory read(int version, DataInputView in) throws IOException {
    return UserHistory.readFrom(in);
  }

  @Override
  public boolean isImmutableType() {
    return false;
  }

  @Override
  public UserHistory copy(UserHistory from) {
    return CopyByBytes.copy(this, from);
  }

  @Override
  public TypeSerializerSnapshot<UserHistory> snapshotConfiguration() {
    return new Snapshot();
  }

  /** The version that a savepoint was written with. */
  public static final class Snapshot extends VersionedSnapshot<UserHistory> {
    /** Called by Flink. */
    public Snapshot() {
      super(UserHistorySerializer::new);
    }
  }
}
