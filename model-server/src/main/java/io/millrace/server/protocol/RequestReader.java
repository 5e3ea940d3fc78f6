package io.millrace.server.protocol;

import static io.millrace.server.inference.InferenceException.invalid;

import io.millrace.schemas.inference.InferParameter;
import io.millrace.schemas.inference.ModelInferRequest;
import io.millrace.schemas.inference.ModelInferRequest.InferInputTensor;
import io.millrace.schemas.inference.ModelInferRequest.InferRequestedOutputTensor;
import io.millrace.server.inference.InferenceException;
import io.millrace.server.inference.InferenceRequest;
import io.millrace.server.inference.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Turns a call into a request; whatever it asks for is either done or refused by name. */
final class RequestReader {
  private static final String TIMEOUT = "timeout";
  private static final String FINAL_RESPONSE = "triton_enable_empty_final_response";
  private static final Set<String> UNSUPPORTED =
      Set.of(
          "classification",
          "shared_memory_region",
          "shared_memory_byte_size",
          "shared_memory_offset",
          "sequence_id",
          "sequence_start",
          "sequence_end");

  /** A longer timeout would be one of centuries, and overflow. */
  private static final long MOST_MICROS = TimeUnit.DAYS.toMicros(365);

  private final LongSupplier clock;
  private final TensorReader tensors;

  /**
   * Deadlines are put on that clock.
   *
   * @param clock monotonic nanoseconds
   */
  RequestReader(LongSupplier clock, RequestLimits limits) {
    this.clock = clock;
    this.tensors = new TensorReader(limits);
  }

  /**
   * Reads. The parameter {@code timeout}, in microseconds, shortens the caller's deadline.
   *
   * @throws InferenceException if it is not a request
   */
  InferenceRequest read(ModelInferRequest call, Caller caller) {
    for (InferInputTensor input : call.getInputsList()) {
      refuseUnsupported(call, "input '" + input.getName() + "'", input.getParametersMap());
    }
    List<Tensor> inputs = tensors.read(call);
    Map<String, Object> parameters = parameters(call);
    return new InferenceRequest(
        call.getId(),
        inputs,
        outputs(call),
        parameters,
        Math.min(caller.deadlineNanos(), timeout(call, parameters)),
        caller.cancelled());
  }

  private long timeout(ModelInferRequest call, Map<String, Object> parameters) {
    Object timeout = parameters.get(TIMEOUT);
    if (timeout == null) {
      return Long.MAX_VALUE;
    }
    if (!(timeout instanceof Long micros) || micros < 0) {
      throw invalid(
          "model '%s': parameter '%s' is %s; it is a whole number of microseconds, at least 0",
          call.getModelName(), TIMEOUT, timeout);
    }
    return micros == 0 || micros > MOST_MICROS
        ? Long.MAX_VALUE
        : clock.getAsLong() + TimeUnit.MICROSECONDS.toNanos(micros);
  }

  private static List<String> outputs(ModelInferRequest call) {
    if (call.getOutputsCount() == 0) {
      return List.of();
    }
    if (call.getOutputsCount() > RequestLimits.MOST_TENSORS) {
      throw invalid(
          "model '%s': %d outputs are requested; %d are the most",
          call.getModelName(), call.getOutputsCount(), RequestLimits.MOST_TENSORS);
    }
    List<String> outputs = new ArrayList<>(call.getOutputsCount());
    for (InferRequestedOutputTensor output : call.getOutputsList()) {
      refuseUnsupported(call, "output '" + output.getName() + "'", output.getParametersMap());
      if (outputs.contains(output.getName())) {
        throw invalid(
            "model '%s': output '%s' is requested twice", call.getModelName(), output.getName());
      }
      outputs.add(output.getName());
    }
    return outputs;
  }

  private static void refuseUnsupported(
      ModelInferRequest call, String where, Map<String, InferParameter> parameters) {
    for (String name : parameters.keySet()) {
      if (UNSUPPORTED.contains(name)) {
        throw invalid(
            "model '%s': %s has the parameter '%s', which is not supported; leave it out",
            call.getModelName(), where, name);
      }
    }
  }

  private static Map<String, Object> parameters(ModelInferRequest call) {
    if (call.getParametersCount() == 0) {
      return Map.of();
    }
    refuseUnsupported(call, "the request", call.getParametersMap());
    Map<String, Object> parameters = new HashMap<>();
    call.getParametersMap()
        .forEach((name, parameter) -> parameters.put(name, value(call, name, parameter)));
    parameters.remove(FINAL_RESPONSE);
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
          throw invalid("model '%s': parameter '%s' has no value", call.getModelName(), name);
    };
  }
}
