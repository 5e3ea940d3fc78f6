package io.millrace.flink.records;

import io.millrace.flink.features.Compact;
import io.millrace.flink.lastmile.ItemFacts;
import io.millrace.flink.records.SharedInput.ItemChanged;
import io.millrace.flink.records.SharedInput.Popular;
import io.millrace.flink.records.SharedInput.RuleChanged;
import io.millrace.schemas.avro.Rule;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Between operators: what every instance that makes lists must know. */
public final class SharedInputSerializer extends VersionedSerializer<SharedInput> {
  private static final long serialVersionUID = 1L;
  private static final int VERSION = 1;

  private static final int POPULAR = 1;
  private static final int RULE = 2;
  private static final int NO_RULE = 3;
  private static final int ITEM = 4;

  private final PopularNowSerializer popular = new PopularNowSerializer();
  private final AvroRecordSerializer<Rule> rules = new AvroRecordSerializer<>(Rule.class);

  @Override
  protected int version() {
    return VERSION;
  }

  @Override
  protected void write(SharedInput input, DataOutputView out) throws IOException {
    if (input instanceof Popular known) {
      out.writeByte(POPULAR);
      popular.serialize(known.now(), out);
    } else if (input instanceof RuleChanged changed) {
      Rule rule = changed.rule();
      out.writeByte(rule == null ? NO_RULE : RULE);
      if (rule == null) {
        Compact.writeText(out, changed.ruleId());
      } else {
        rules.serialize(rule, out);
      }
    } else if (input instanceof ItemChanged changed) {
      out.writeByte(ITEM);
      Compact.writeText(out, changed.itemId());
      changed.facts().writeTo(out);
    }
  }

  @Override
  protected SharedInput read(int version, DataInputView in) throws IOException {
    int kind = in.readByte();
    return switch (kind) {
      case POPULAR -> new Popular(popular.deserialize(in));
      case RULE -> {
        Rule rule = rules.deserialize(in);
        yield new RuleChanged(rule.getRuleId(), rule);
      }
      case NO_RULE -> new RuleChanged(Compact.readText(in), null);
      case ITEM -> new ItemChanged(Compact.readText(in), ItemFacts.readFrom(in));
      default -> throw new IOException("input of kind " + kind + " is unknown to this release");
    };
  }

  @Override
  public TypeSerializer<SharedInput> duplicate() {
    return new SharedInputSerializer();
  }

  @Override
  public TypeSerializerSnapshot<SharedInput> snapshotConfiguration() {
    return new Snapshot();
  }

  /** The version that a savepoint was written with. */
  public static final class Snapshot extends VersionedSnapshot<SharedInput> {
    /** Called by Flink. */
    public Snapshot() {
      super(SharedInputSerializer::new);
    }
  }
}
