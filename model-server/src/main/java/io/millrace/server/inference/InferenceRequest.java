package io.millrace.server.inference;

import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a caller asks of one model.
 *
 * @param id the caller's own, repeated in the answer; may be empty
 * @param inputs every name at most once; content already agrees with type and shape
 * @param requestedOutputs names of the outputs wanted; empty: all
 * @param parameters strings, longs, doubles and booleans by name
 * @param deadlineNanos on the server's monotonic clock; Long.MAX_VALUE without a deadline
 * @param cancelled whether the caller has gone away; cheap, callable from any thread
 */
public record InferenceRequest(
    String id,
    List<Tensor> inputs,
    List<String> requestedOutputs,
    Map<String, Object> parameters,
    long deadlineNanos,
    BooleanSupplier cancelled) {

  /** The input of that name, or null. */
  public @Nullable Tensor input(String name) {
    for (Tensor input : inputs) {
      if (input.name().equals(name)) {
        return input;
      }
    }
    return null;
  }

  /** Whether the caller wants the output of that name. */
  public boolean wants(String output) {
    return requestedOutputs.isEmpty() || requestedOutputs.contains(output);
  }
}
