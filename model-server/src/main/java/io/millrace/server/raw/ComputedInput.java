package io.millrace.server.raw;

import io.millrace.server.inference.DataType;
import io.millrace.server.inference.GraphInstance;
import io.millrace.server.inference.Tensor;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * An input of a graph that is computed from another input's rows, so that the graph knows where
 * rows of different lengths begin and end.
 *
 * @param kind what it says
 * @param graphIndex its place among the graph's inputs
 * @param type INT32 or FP32
 * @param source the other input's place in {@link RawSignature#inputs}
 */
public record ComputedInput(Kind kind, int graphIndex, DataType type, int source) {
  /** What a computed input says. */
  public enum Kind {
    /** For each row, its elements. */
    ELEMENTS,
    /** For each row, the elements in it and in all rows before it. */
    ROW_ENDS,
    /** A zero, and then the same. */
    ROW_BOUNDS,
    /** In its one dimension, the elements of the longest row; its content means nothing. */
    LONGEST_ROW,
    /** For each row, its dimensions, side by side. */
    ROW_SHAPES,
    /** The same in one dimension. */
    ROW_SHAPES_FLAT
  }

  /** Computes it for a batch. */
  void write(GraphInstance graph, List<RawRequest> batch, int rows) {
    switch (kind) {
      case ELEMENTS -> writeCounts(graph.input(graphIndex, rows), batch, false);
      case ROW_ENDS -> writeCounts(graph.input(graphIndex, rows), batch, true);
      case ROW_BOUNDS -> {
        ByteBuffer target = graph.input(graphIndex, rows + 1);
        put(target, 0);
        writeCounts(target, batch, true);
      }
      case LONGEST_ROW -> {
        int longest = 0;
        for (RawRequest request : batch) {
          longest = Math.max(longest, perRow(request));
        }
        graph.input(graphIndex, longest);
      }
      case ROW_SHAPES, ROW_SHAPES_FLAT -> writeShapes(graph, batch, rows);
    }
  }

  private int perRow(RawRequest request) {
    return request.tensor(source).elements() / request.rows();
  }

  private void writeCounts(ByteBuffer target, List<RawRequest> batch, boolean accumulated) {
    int before = 0;
    for (RawRequest request : batch) {
      int count = perRow(request);
      for (int row = 0; row < request.rows(); row++) {
        put(target, before + count);
        before += accumulated ? count : 0;
      }
    }
  }

  private void writeShapes(GraphInstance graph, List<RawRequest> batch, int rows) {
    int dims = batch.get(0).tensor(source).rank() - 1;
    ByteBuffer target =
        kind == Kind.ROW_SHAPES
            ? graph.input(graphIndex, rows, dims)
            : graph.input(graphIndex, (long) rows * dims);
    for (RawRequest request : batch) {
      Tensor tensor = request.tensor(source);
      for (int row = 0; row < request.rows(); row++) {
        for (int dim = 1; dim <= dims; dim++) {
          put(target, (int) tensor.dim(dim));
        }
      }
    }
  }

  private void put(ByteBuffer target, int value) {
    if (type == DataType.FP32) {
      target.putFloat(value);
    } else {
      target.putInt(value);
    }
  }
}
