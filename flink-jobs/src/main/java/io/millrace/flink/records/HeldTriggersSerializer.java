package io.millrace.flink.records;

import io.millrace.flink.features.HeldTriggers;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Keyed state: triggers that wait for a time or an event. */
public final class HeldTriggersSerializer extends VersionedSerializer<HeldTriggers> {
  private static final long serialVersionUID = 1L;

  @Override
  protected int version() {
    return HeldTriggers.VERSION;
  }

  @Override
  protected void write(HeldTriggers value, DataOutputView out) throws IOException {
    value.writeTo(out);
  }

  @Override
  protected HeldTriggers read(int version, DataInputView in) throws IOException {
    return HeldTriggers.readFrom(in);
  }

  @Override
  public boolean isImmutableType() {
    return false;
  }

  @Override
  public HeldTriggers copy(HeldTriggers from) {
    return CopyByBytes.copy(this, from);
  }

  @Override
  public TypeSerializerSnapshot<HeldTriggers> snapshotConfiguration() {
    return new Snapshot();
  }

  /** The version that a savepoint was written with. */
  public static final class Snapshot extends VersionedSnapshot<HeldTriggers> {
    /** Called by Flink. */
    public Snapshot() {
      super(HeldTriggersSerializer::new);
    }
  }
}
