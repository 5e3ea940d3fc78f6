package io.millrace.flink.records;

import io.millrace.flink.features.PendingTriggers;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Keyed state: triggers whose lists had not left when the snapshot was taken. */
public final class PendingTriggersSerializer extends VersionedSerializer<PendingTriggers> {
  private static final long serialVersionUID = 1L;

  @Override
  protected int version() {
    return PendingTriggers.VERSION;
  }

  @Override
  protected void write(PendingTriggers value, DataOutputView out) throws IOException {
    value.writeTo(out);
  }

  @Override
  protected PendingTriggers read(int version, DataInputView in) throws IOException {
    return PendingTriggers.readFrom(in);
  }

  @Override
  public TypeSerializerSnapshot<PendingTriggers> snapshotConfiguration() {
    return new Snapshot();
  }

  /** The version that a savepoint was written with. */
  public static final class Snapshot extends VersionedSnapshot<PendingTriggers> {
    /** Called by Flink. */
    public Snapshot() {
      super(PendingTriggersSerializer::new);
    }
  }
}
