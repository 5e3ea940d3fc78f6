package io.millrace.flink.records;

import io.millrace.flink.lastmile.ItemFacts;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Broadcast state: what rules can ask about items. */
public final class ItemFactsSerializer extends VersionedSerializer<ItemFacts> {
  private static final long serialVersionUID = 1L;

  @Override
  protected int version() {
    return ItemFacts.VERSION;
  }

  @Override
  protected void write(ItemFacts value, DataOutputView out) throws IOException {
    value.writeTo(out);
  }

  @Override
  protected ItemFacts read(int version, DataInputView in) throws IOException {
    return ItemFacts.readFrom(in);
  }

  @Override
  public TypeSerializerSnapshot<ItemFacts> snapshotConfiguration() {
    return new Snapshot();
  }

  /** The version that a savepoint was written with. */
  public static final class Snapshot extends VersionedSnapshot<ItemFacts> {
    /** Called by Flink. */
    public Snapshot() {
      super(ItemFactsSerializer::new);
    }
  }
}
