package io.millrace.flink.records;

import io.millrace.flink.features.Compact;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Between operators: the most popular items of one instance. */
public final class TopItemsOfPartSerializer extends VersionedSerializer<TopItemsOfPart> {
  private static final long serialVersionUID = 1L;
  private static final int VERSION = 1;

  @Override
  protected int version() {
    return VERSION;
  }

  @Override
  protected void write(TopItemsOfPart value, DataOutputView out) throws IOException {
    Compact.write(out, value.part());
    Compact.write(out, value.items().size());
    for (ItemCount item : value.items()) {
      Compact.writeText(out, item.itemId());
      out.writeDouble(item.count());
      Compact.writeSigned(out, item.time());
    }
  }

  @Override
  protected TopItemsOfPart read(int version, DataInputView in) throws IOException {
    int part = Compact.readLength(in);
    int size = Compact.readLength(in);
    List<ItemCount> items = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      items.add(new ItemCount(Compact.readText(in), in.readDouble(), Compact.readSigned(in)));
    }
    return new TopItemsOfPart(part, items);
  }

  @Override
  public TypeSerializerSnapshot<TopItemsOfPart> snapshotConfiguration() {
    return new Snapshot();
  }

  /** The version that a savepoint was written with. */
  public static final class Snapshot extends VersionedSnapshot<TopItemsOfPart> {
    /** Called by Flink. */
    public Snapshot() {
      super(TopItemsOfPartSerializer::new);
    }
  }
}
