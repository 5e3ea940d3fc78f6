package io.millrace.server.api;

import com.google.protobuf.MessageLite;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.millrace.server.calls.CallRecord;
import io.millrace.server.calls.CallRecords;
import org.jspecify.annotations.Nullable;

/** Keeps a record of every call but those for health, which are made all the time. */
final class ObservedCalls implements ServerInterceptor {
  /** The call's record; null where none is kept. */
  static final Context.Key<@Nullable CallRecord> RECORD = Context.key("call-record");

  private static final Metadata.Key<String> TRACE_PARENT =
      Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER);

  private final CallRecords records;

  ObservedCalls(CallRecords records) {
    this.records = records;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    if (!records.wanted()
        || AccessInterceptor.HEALTH.contains(call.getMethodDescriptor().getFullMethodName())) {
      return next.startCall(call, headers);
    }
    CallRecord record =
        records.begin(
            "grpc",
            String.valueOf(call.getMethodDescriptor().getBareMethodName()),
            headers.get(TRACE_PARENT));
    Context context = Context.current().withValue(RECORD, record);
    ServerCall.Listener<Q> listener =
        Contexts.interceptCall(context, new ObservedCall<>(call, record), headers, next);
    return new ObservedListener<>(listener, record);
  }

  private static long bytes(Object message) {
    return message instanceof MessageLite known ? known.getSerializedSize() : 0;
  }

  /** What is sent. */
  private static final class ObservedCall<Q, A> extends SimpleForwardingServerCall<Q, A> {
    private final CallRecord record;

    ObservedCall(ServerCall<Q, A> call, CallRecord record) {
      super(call);
      this.record = record;
    }

    @Override
    public void sendMessage(A message) {
      record.sent(bytes(message));
      super.sendMessage(message);
    }

    @Override
    public void close(Status status, Metadata trailers) {
      super.close(status, trailers);
      record.end(status.getCode().name(), !status.isOk());
    }
  }

  /** What is received. */
  private static final class ObservedListener<Q> extends SimpleForwardingServerCallListener<Q> {
    private final CallRecord record;

    ObservedListener(ServerCall.Listener<Q> listener, CallRecord record) {
      super(listener);
      this.record = record;
    }

    @Override
    public void onMessage(Q message) {
      record.received(bytes(message));
      super.onMessage(message);
    }

    @Override
    public void onCancel() {
      super.onCancel();
      record.end(Status.Code.CANCELLED.name(), true);
    }
  }
}
