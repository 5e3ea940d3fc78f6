package io.millrace.flink.records;

import io.millrace.flink.features.LastList;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Keyed state: the newest list that a model made for a user. */
public final class LastListSerializer extends VersionedSerializer<LastList> {
  private static final long serialVersionUID = 1L;

  @Override
  protected int version() {
    return LastList.VERSION;
  }

  @Override
  protected void write(LastList value, DataOutputView out) throws IOException {
    value.writeTo(out);
  }

  @Override
  protected LastList read(int version, DataInputView in) throws IOException {
    return LastList.readFrom(in);
  }

  @Override
  public TypeSerializerSnapshot<LastList> snapshotConfiguration() {
    return new Snapshot();
  }

  /** The version that a savepoint was written with. */
  public static final class Snapshot extends VersionedSnapshot<LastList> {
    /** Called by Flink. */
    public Snapshot() {
      super(LastListSerializer::new);
    }
  }
}
