package io.millrace.flink.records;

import io.millrace.flink.features.Compact;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Between operators, and keyed state of an item: its count. */
public final class ItemCountSerializer extends VersionedSerializer<ItemCount> {
  private static final long serialVersionUID = 1L;
  private static final int VERSION = 1;

  @Override
  protected int version() {
    return VERSION;
  }

  @Override
  protected void write(ItemCount value, DataOutputView out) throws IOException {
    Compact.writeText(out, value.itemId());
    out.writeDouble(value.count());
    Compact.writeSigned(out, value.time());
  }

  @Override
  protected ItemCount read(int version, DataInputView in) throws IOException {
    return new ItemCount(Compact.readText(in), in.readDouble(), Compact.readSigned(in));
  }

  @Override
  public TypeSerializerSnapshot<ItemCount> snapshotConfiguration() {
    return new Snapshot();
  }

  /** The version that a savepoint was written with. */
  public static final class Snapshot extends VersionedSnapshot<ItemCount> {
    /** Called by Flink. */
    public Snapshot() {
      super(ItemCountSerializer::new);
    }
  }
}
