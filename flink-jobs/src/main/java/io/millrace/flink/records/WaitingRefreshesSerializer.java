package io.millrace.flink.records;

import io.millrace.flink.profiles.evidence.WaitingRefreshes;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Keyed state: the refreshes of a user that wait for their answers. */
public final class WaitingRefreshesSerializer extends VersionedSerializer<WaitingRefreshes> {
  private static final long serialVersionUID = 1L;

  @Override
  protected int version() {
    return WaitingRefreshes.VERSION;
  }

  @Override
  protected void write(WaitingRefreshes value, DataOutputView out) throws IOException {
    value.writeTo(out);
  }

  @Override
  protected WaitingRefreshes read(int version, DataInputView in) throws IOException {
    return WaitingRefreshes.readFrom(in);
  }

  @Override
  public boolean isImmutableType() {
    return false;
  }

  @Override
  public WaitingRefreshes copy(WaitingRefreshes from) {
    return CopyByBytes.copy(this, from);
  }

  @Override
  public TypeSerializerSnapshot<WaitingRefreshes> snapshotConfiguration() {
    return new Snapshot();
  }

  /** The version that a savepoint was written with. */
  public static final class Snapshot extends VersionedSnapshot<WaitingRefreshes> {
    /** Called by Flink. */
    public Snapshot() {
      super(WaitingRefreshesSerializer::new);
    }
  }
}
