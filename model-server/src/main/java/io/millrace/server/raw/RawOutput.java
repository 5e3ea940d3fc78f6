package io.millrace.server.raw;

import io.millrace.server.inference.TensorSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An output of a graph.
 *
 * @param spec as callers see it, the batch dimension included where the model has one
 * @param reshape from the shape that the graph gives; null: it is the callers' own
 */
public record RawOutput(TensorSpec spec, @Nullable Reshape reshape) {
  /** Dimensions behind the batch dimension, as the graph gives them; -1 is any size. */
  List<Long> rowShape(int leading) {
    return reshape == null ? spec.shape().subList(leading, spec.shape().size()) : reshape.from();
  }
}
