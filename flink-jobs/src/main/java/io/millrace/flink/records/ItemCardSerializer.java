package io.millrace.flink.records;

import io.millrace.flink.profiles.ItemCard;
import io.millrace.flink.profiles.evidence.EvidenceBytes;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Broadcast state: what profiles need to know of items. */
public final class ItemCardSerializer extends VersionedSerializer<ItemCard> {
  private static final long serialVersionUID = 1L;
  private static final int VERSION = 1;

  @Override
  protected int version() {
    return VERSION;
  }

  @Override
  protected void write(ItemCard value, DataOutputView out) throws IOException {
    EvidenceBytes.writeCard(value, out);
  }

  @Override
  protected ItemCard read(int version, DataInputView in) throws IOException {
    return EvidenceBytes.readCard(in);
  }

  @Override
  public TypeSerializerSnapshot<ItemCard> snapshotConfiguration() {
    return new Snapshot();
  }

  /** The version that a savepoint was written with. */
  public static final class Snapshot extends VersionedSnapshot<ItemCard> {
    /** Called by Flink. */
    public Snapshot() {
      super(ItemCardSerializer::new);
    }
  }
}
