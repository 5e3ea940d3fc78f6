package io.millrace.server.raw;

import io.millrace.server.inference.TensorSpec;
import org.jspecify.annotations.Nullable;

/**
 * An input of a graph that callers send.
 *
 * @param spec as callers see it, the batch dimension included where the model has one
 * @param graphIndex its place among the graph's inputs
 * @param ragged its elements reach the graph one row after the other, in one dimension
 * @param reshape to the shape that the graph gets; null: callers' own
 */
public record RawInput(
    TensorSpec spec, int graphIndex, boolean ragged, @Nullable Reshape reshape) {}
