package io.millrace.flink.records;

import io.millrace.flink.features.Compact;
import io.millrace.flink.llm.ChatMessage;
import io.millrace.flink.llm.ChatMessage.Role;
import io.millrace.flink.llm.ChatRequest;
import io.millrace.flink.llm.LanguageModelCall;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.jspecify.annotations.Nullable;

/** Between operators, and in state: a question on its way to a language model. */
public final class LanguageModelCallSerializer extends VersionedSerializer<LanguageModelCall> {
  private static final long serialVersionUID = 1L;
  private static final int VERSION = 2;

  /** The first version of the bytes that has continuations. */
  private static final int CONTINUATIONS_SINCE = 2;

  private static final int SYSTEM = 1;
  private static final int USER = 2;
  private static final int ASSISTANT = 3;

  @Override
  protected int version() {
    return VERSION;
  }

  @Override
  protected void write(LanguageModelCall call, DataOutputView out) throws IOException {
    Compact.writeText(out, call.answerId());
    Compact.writeText(out, call.subject());
    Compact.writeSigned(out, call.ordinal());
    Compact.writeText(out, call.promptVersion());
    out.writeDouble(call.gain());
    ChatRequest request = call.request();
    Compact.write(out, request.messages().size());
    for (ChatMessage message : request.messages()) {
      out.writeByte(
          switch (message.role()) {
            case SYSTEM -> SYSTEM;
            case USER -> USER;
            case ASSISTANT -> ASSISTANT;
          });
      Compact.writeText(out, message.content());
    }
    Compact.writeOptionalText(out, request.jsonSchema());
    Compact.write(out, request.maxTokens());
    out.writeLong(request.seed());
    Compact.write(out, request.continuations().size());
    for (String continuation : request.continuations()) {
      Compact.writeText(out, continuation);
    }
  }

  @Override
  protected LanguageModelCall read(int version, DataInputView in) throws IOException {
    String answerId = Compact.readText(in);
    String subject = Compact.readText(in);
    long ordinal = Compact.readSigned(in);
    String promptVersion = Compact.readText(in);
    double gain = in.readDouble();
    int size = Compact.readLength(in);
    List<ChatMessage> messages = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      messages.add(new ChatMessage(role(in.readByte()), Compact.readText(in)));
    }
    @Nullable String schema = Compact.readOptionalText(in);
    int maxTokens = Compact.readLength(in);
    long seed = in.readLong();
    List<String> continuations = new ArrayList<>();
    int count = version < CONTINUATIONS_SINCE ? 0 : Compact.readLength(in);
    for (int i = 0; i < count; i++) {
      continuations.add(Compact.readText(in));
    }
    return new LanguageModelCall(
        answerId,
        subject,
        ordinal,
        promptVersion,
        gain,
        new ChatRequest(messages, schema, maxTokens, seed, continuations));
  }

  private static Role role(int code) throws IOException {
    return switch (code) {
      case SYSTEM -> Role.SYSTEM;
      case USER -> Role.USER;
      case ASSISTANT -> Role.ASSISTANT;
      default -> throw new IOException("role " + code + " is unknown to this release");
    };
  }

  @Override
  public TypeSerializerSnapshot<LanguageModelCall> snapshotConfiguration() {
    return new Snapshot();
  }

  /** The version that a savepoint was written with. */
  public static final class Snapshot extends VersionedSnapshot<LanguageModelCall> {
    /** Called by Flink. */
    public Snapshot() {
      super(LanguageModelCallSerializer::new);
    }
  }
}
