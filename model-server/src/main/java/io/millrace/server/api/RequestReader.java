package io.millrace.server.api;

import io.grpc.Context;
import io.grpc.Deadline;
import io.millrace.schemas.inference.InferParameter;
import io.millrace.schemas.inference.ModelInferRequest;
import io.millrace.schemas.inference.ModelInferRequest.InferRequestedOutputTensor;
import io.millrace.server.inference.InferenceException;
import io.millrace.server.inference.InferenceRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Turns a call into a request. */
final class RequestReader {
  private final LongSupplier clock;

  /**
   * Deadlines are put on that clock.
   *
   * @param clock monotonic nanoseconds
   */
  RequestReader(LongSupplier clock) {
    this.clock = clock;
  }

  /**
   * Reads, with the deadline and the cancellation of the call that is current.
   *
   * @throws InferenceException if it is not a request
   */
  InferenceRequest read(ModelInferRequest call) {
    Context context = Context.current();
    return new InferenceRequest(
        call.getId(),
        TensorReader.read(call),
        outputs(call),
        parameters(call),
        deadline(context),
        context::isCancelled);
  }

  private long deadline(Context context) {
    Deadline deadline = context.getDeadline();
    return deadline == null
        ? Long.MAX_VALUE
        : clock.getAsLong() + deadline.timeRemaining(TimeUnit.NANOSECONDS);
  }

  private static List<String> outputs(ModelInferRequest call) {
    if (call.getOutputsCount() == 0) {
      return List.of();
    }
    List<String> outputs = new ArrayList<>(call.getOutputsCount());
    for (InferRequestedOutputTensor output : call.getOutputsList()) {
      outputs.add(output.getName());
    }
    return outputs;
  }

  private static Map<String, Object> parameters(ModelInferRequest call) {
    if (call.getParametersCount() == 0) {
      return Map.of();
    }
    Map<String, Object> parameters = new HashMap<>();
    call.getParametersMap()
        .forEach((name, parameter) -> parameters.put(name, value(call, name, parameter)));
    return parameters;
  }

  private static Object value(ModelInferRequest call, String name, InferParameter parameter) {
    return switch (parameter.getParameterChoiceCase()) {
      case BOOL_PARAM -> parameter.getBoolParam();
      case INT64_PARAM -> parameter.getInt64Param();
      case STRING_PARAM -> parameter.getStringParam();
      case DOUBLE_PARAM -> parameter.getDoubleParam();
      case UINT64_PARAM -> parameter.getUint64Param();
      case PARAMETERCHOICE_NOT_SET ->
          throw InferenceException.invalid(
              "model '%s': parameter '%s' has no value", call.getModelName(), name);
    };
  }
}
