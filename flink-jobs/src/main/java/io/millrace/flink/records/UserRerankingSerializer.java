package io.millrace.flink.records;

import io.millrace.flink.features.UserReranking;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Keyed state: what a language model found in looking over a user's lists. */
public final class UserRerankingSerializer extends VersionedSerializer<UserReranking> {
  private static final long serialVersionUID = 1L;

  @Override
  protected int version() {
    return UserReranking.VERSION;
  }

  @Override
  protected void write(UserReranking value, DataOutputView out) throws IOException {
    value.writeTo(out);
  }

  @Override
  protected UserReranking read(int version, DataInputView in) throws IOException {
    return UserReranking.readFrom(in);
  }

  @Override
  public TypeSerializerSnapshot<UserReranking> snapshotConfiguration() {
    return new Snapshot();
  }

  /** The version that a savepoint was written with. */
  public static final class Snapshot extends VersionedSnapshot<UserReranking> {
    /** Called by Flink. */
    public Snapshot() {
      super(UserRerankingSerializer::new);
    }
  }
}
