package io.millrace.flink.records;

import io.millrace.flink.features.Compact;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Between operators: what is popular with everyone. */
public final class PopularNowSerializer extends VersionedSerializer<PopularNow> {
  private static final long serialVersionUID = 1L;
  private static final int VERSION = 2;

  private static final int COUNTED_SINCE = 2;

  @Override
  protected int version() {
    return VERSION;
  }

  @Override
  protected void write(PopularNow value, DataOutputView out) throws IOException {
    Compact.write(out, value.items().size());
    for (PopularNow.Item item : value.items()) {
      Compact.writeText(out, item.itemId());
      out.writeFloat(item.weight());
    }
    out.writeDouble(value.topCount());
  }

  @Override
  protected PopularNow read(int version, DataInputView in) throws IOException {
    int size = Compact.readLength(in);
    List<PopularNow.Item> items = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      items.add(new PopularNow.Item(Compact.readText(in), in.readFloat()));
    }
    return new PopularNow(items, version < COUNTED_SINCE ? 0 : in.readDouble());
  }

  @Override
  public TypeSerializerSnapshot<PopularNow> snapshotConfiguration() {
    return new Snapshot();
  }

  /** The version that a savepoint was written with. */
  public static final class Snapshot extends VersionedSnapshot<PopularNow> {
    /** Called by Flink. */
    public Snapshot() {
      super(PopularNowSerializer::new);
    }
  }
}
