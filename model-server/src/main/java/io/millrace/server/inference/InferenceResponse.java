package io.millrace.server.inference;

import java.util.List;
import java.util.Map;

/**
 * A model's answer.
 *
 * @param modelVersion the version that answered
 * @param outputs in the order of the model's signature, those that were asked for
 * @param ignoredInputs names of inputs that this version of the model cannot use
 * @param notes what else the caller is told, by name
 * @param queueMicros from the request's arrival to the start of its batch
 * @param computeMicros from the start of its batch until its outputs were there
 */
public record InferenceResponse(
    String modelVersion,
    List<Tensor> outputs,
    List<String> ignoredInputs,
    Map<String, String> notes,
    long queueMicros,
    long computeMicros) {}
