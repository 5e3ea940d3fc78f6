package io.millrace.server.raw;

import io.millrace.server.batching.BatchRunner;
import io.millrace.server.inference.GraphInstance;
import io.millrace.server.inference.InferenceException;
import io.millrace.server.inference.InferenceRequest;
import io.millrace.server.inference.Tensor;
import io.millrace.server.inference.TensorSpec;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;

/** Computes batches on one instance of a graph: rows side by side in, rows cut apart out. */
final class RawRunner implements BatchRunner<RawRequest>, AutoCloseable {
  private final GraphInstance graph;
  private final RawSignature signature;
  private final String version;
  private final LongSupplier clock;

  RawRunner(GraphInstance graph, RawSignature signature, String version, LongSupplier clock) {
    this.graph = graph;
    this.signature = signature;
    this.version = version;
    this.clock = clock;
  }

  @Override
  public void run(List<RawRequest> batch, long startNanos) {
    int rows = 0;
    for (RawRequest request : batch) {
      rows += request.rows();
    }
    for (int i = 0; i < signature.inputs().size(); i++) {
      writeInput(i, batch, rows);
    }
    for (ComputedInput input : signature.computed()) {
      input.write(graph, batch, rows);
    }
    expectOutputs(rows);
    graph.run();
    checkOutputs(rows);
    long endNanos = clock.getAsLong();
    int row = 0;
    for (RawRequest request : batch) {
      List<Tensor> outputs = outputs(request.request(), row, request.rows(), rows);
      request.complete(version, outputs, startNanos, endNanos);
      row += request.rows();
    }
  }

  private void writeInput(int index, List<RawRequest> batch, int rows) {
    RawInput input = signature.inputs().get(index);
    long[] shape;
    if (input.ragged()) {
      long elements = 0;
      for (RawRequest request : batch) {
        elements += request.tensor(index).elements();
      }
      shape = new long[] {elements};
    } else {
      shape = batch.get(0).tensor(index).shape().clone();
      if (signature.hasBatchDimension()) {
        shape[0] = rows;
      }
      if (input.reshape() != null) {
        shape = input.reshape().apply(shape, signature.leading());
      }
    }
    ByteBuffer target = graph.input(input.graphIndex(), shape);
    for (RawRequest request : batch) {
      target.put(request.tensor(index).data());
    }
  }

  /** Where all dimensions but the batch are fixed, the graph writes in place. */
  private void expectOutputs(int rows) {
    for (int i = 0; i < signature.outputs().size(); i++) {
      int leading = signature.leading();
      List<Long> row = signature.outputs().get(i).rowShape(leading);
      if (row.stream().allMatch(dim -> dim >= 0)) {
        long[] full = new long[leading + row.size()];
        Arrays.setAll(full, dim -> dim < leading ? rows : row.get(dim - leading));
        graph.expectOutput(i, full);
      }
    }
  }

  private void checkOutputs(int rows) {
    for (int i = 0; signature.hasBatchDimension() && i < signature.outputs().size(); i++) {
      long[] shape = graph.outputShape(i);
      if (shape.length == 0 || shape[0] != rows) {
        throw new InferenceException(
            InferenceException.Code.INTERNAL,
            String.format(
                "output '%s' has shape %s for %d rows; its first dimension must be the batch",
                signature.outputs().get(i).spec().name(), Arrays.toString(shape), rows));
      }
    }
  }

  private List<Tensor> outputs(InferenceRequest request, int row, int rows, int allRows) {
    List<Tensor> outputs = new ArrayList<>(signature.outputs().size());
    for (int i = 0; i < signature.outputs().size(); i++) {
      RawOutput output = signature.outputs().get(i);
      TensorSpec spec = output.spec();
      if (request.wants(spec.name())) {
        long[] shape = graph.outputShape(i).clone();
        ByteBuffer data = graph.output(i);
        if (signature.hasBatchDimension()) {
          int rowBytes = data.limit() / allRows;
          data.position(row * rowBytes).limit((row + rows) * rowBytes);
          shape[0] = rows;
        }
        if (output.reshape() != null) {
          shape = output.reshape().apply(shape, signature.leading());
        }
        outputs.add(new Tensor(spec.name(), spec.type(), shape, data));
      }
    }
    return outputs;
  }

  @Override
  public void close() {
    graph.close();
  }
}
