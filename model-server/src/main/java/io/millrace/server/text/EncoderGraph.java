package io.millrace.server.text;

import io.millrace.server.inference.DataType;
import io.millrace.server.inference.Graph;
import io.millrace.server.inference.ModelLoadException;
import io.millrace.server.inference.TensorSpec;
import java.util.List;

/**
 * Where an encoder's tensors are: by the names that exports of BERT-like models have.
 *
 * @param ids input of the tokens
 * @param mask input that is 1 where there is a token, and 0 behind the end of a row
 * @param types input of zeros; -1 if the graph has none
 * @param output for each token a vector
 * @param dims elements of a vector
 */
record EncoderGraph(int ids, int mask, int types, int output, int dims) {
  private static final int RANK = 3;

  /**
   * Finds them.
   *
   * @param what names the graph in failures
   * @throws ModelLoadException if it is no encoder
   */
  static EncoderGraph of(Graph graph, String what) {
    List<TensorSpec> inputs = graph.inputs();
    int ids = index(inputs, "input_ids");
    int mask = index(inputs, "attention_mask");
    int types = index(inputs, "token_type_ids");
    if (ids < 0 || mask < 0 || inputs.size() != (types < 0 ? 2 : 3)) {
      throw new ModelLoadException(
          what
              + " is no text encoder; its inputs must be input_ids, attention_mask and, if it has"
              + " it, token_type_ids, and they are "
              + inputs);
    }
    for (TensorSpec input : inputs) {
      if (input.type() != DataType.INT64 || input.shape().size() != 2) {
        throw new ModelLoadException(
            what + " is no text encoder; its inputs must be INT64 [rows, tokens], not " + input);
      }
    }
    List<TensorSpec> outputs = graph.outputs();
    for (int i = 0; i < outputs.size(); i++) {
      TensorSpec output = outputs.get(i);
      if (output.type() == DataType.FP32
          && output.shape().size() == RANK
          && output.shape().get(2) > 0) {
        return new EncoderGraph(ids, mask, types, i, Math.toIntExact(output.shape().get(2)));
      }
    }
    throw new ModelLoadException(
        what
            + " is no text encoder; an output must be FP32 [rows, tokens, fixed], and they are "
            + outputs);
  }

  private static int index(List<TensorSpec> specs, String name) {
    return specs.stream().map(TensorSpec::name).toList().indexOf(name);
  }
}
