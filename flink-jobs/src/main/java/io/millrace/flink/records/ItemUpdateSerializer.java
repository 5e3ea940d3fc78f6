package io.millrace.flink.records;

import io.millrace.flink.features.Compact;
import io.millrace.flink.profiles.ItemCard;
import io.millrace.flink.profiles.evidence.EvidenceBytes;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Between operators: what the catalogue says of items. */
public final class ItemUpdateSerializer extends VersionedSerializer<ItemUpdate> {
  private static final long serialVersionUID = 1L;
  private static final int VERSION = 1;

  @Override
  protected int version() {
    return VERSION;
  }

  @Override
  protected void write(ItemUpdate value, DataOutputView out) throws IOException {
    ItemCard card = value.card();
    Compact.writeText(out, value.itemId());
    out.writeBoolean(card != null);
    if (card != null) {
      EvidenceBytes.writeCard(card, out);
    }
  }

  @Override
  protected ItemUpdate read(int version, DataInputView in) throws IOException {
    String itemId = Compact.readText(in);
    return new ItemUpdate(itemId, in.readBoolean() ? EvidenceBytes.readCard(in) : null);
  }

  @Override
  public TypeSerializerSnapshot<ItemUpdate> snapshotConfiguration() {
    return new Snapshot();
  }

  /** The version that a savepoint was written with. */
  public static final class Snapshot extends VersionedSnapshot<ItemUpdate> {
    /** Called by Flink. */
    public Snapshot() {
      super(ItemUpdateSerializer::new);
    }
  }
}
