package io.millrace.flink.records;

import io.millrace.flink.features.Compact;
import io.millrace.schemas.avro.ItemKnowledge;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Between operators: changes of what is known of items. */
public final class KnowledgeChangeSerializer extends VersionedSerializer<KnowledgeChange> {
  private static final long serialVersionUID = 1L;
  private static final int VERSION = 1;

  private final AvroRecordSerializer<ItemKnowledge> records =
      new AvroRecordSerializer<>(ItemKnowledge.class);

  @Override
  protected int version() {
    return VERSION;
  }

  @Override
  protected void write(KnowledgeChange value, DataOutputView out) throws IOException {
    ItemKnowledge knowledge = value.knowledge();
    Compact.writeText(out, value.itemId());
    out.writeBoolean(knowledge != null);
    if (knowledge != null) {
      records.serialize(knowledge, out);
    }
  }

  @Override
  protected KnowledgeChange read(int version, DataInputView in) throws IOException {
    String itemId = Compact.readText(in);
    return new KnowledgeChange(itemId, in.readBoolean() ? records.deserialize(in) : null);
  }

  @Override
  public TypeSerializer<KnowledgeChange> duplicate() {
    return new KnowledgeChangeSerializer();
  }

  @Override
  public TypeSerializerSnapshot<KnowledgeChange> snapshotConfiguration() {
    return new Snapshot();
  }

  /** The version that a savepoint was written with. */
  public static final class Snapshot extends VersionedSnapshot<KnowledgeChange> {
    /** Called by Flink. */
    public Snapshot() {
      super(KnowledgeChangeSerializer::new);
    }
  }
}
