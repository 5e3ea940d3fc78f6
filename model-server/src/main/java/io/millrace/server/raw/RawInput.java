package io.millrace.server.raw;

import io.millrace.server.inference.TensorSpec;

/**
 * An input of a graph that callers send.
 *
 * @param spec as callers see it, the batch dimension included where the model has one
 * @param graphIndex its place among the graph's inputs
 * @param ragged its elements reach the graph one row after the other, in one dimension
 */
public record RawInput(TensorSpec spec, int graphIndex, boolean ragged) {}
