package io.millrace.server.repository;

import static io.millrace.server.repository.ModelConfigFile.require;

import io.millrace.schemas.inference.BatchInput;
import io.millrace.schemas.inference.ModelConfig;
import io.millrace.schemas.inference.ModelInput;
import io.millrace.schemas.inference.ModelOutput;
import io.millrace.server.inference.DataType;
import io.millrace.server.inference.Graph;
import io.millrace.server.inference.ModelLoadException;
import io.millrace.server.inference.TensorSpec;
import io.millrace.server.raw.RawInput;
import io.millrace.server.raw.RawSignature;
import io.millrace.server.raw.RowEndsInput;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Brings a model's configuration and its graph together. Inputs or outputs that the configuration
 * does not list at all are taken from the graph.
 */
final class SignatureBuilder {
  private static final long ANY = -1;

  private final Path file;
  private final ModelConfig config;
  private final Graph graph;
  private final int maxBatchSize;

  /**
   * For one model.
   *
   * @param file the configuration, named in failures
   * @param maxBatchSize what the configuration says, capped by the server
   */
  SignatureBuilder(Path file, ModelConfig config, Graph graph, int maxBatchSize) {
    this.file = file;
    this.config = config;
    this.graph = graph;
    this.maxBatchSize = maxBatchSize;
  }

  /**
   * The signature.
   *
   * @throws ModelLoadException where configuration and graph contradict each other
   */
  RawSignature build() {
    List<RawInput> inputs = config.getInputCount() == 0 ? graphInputs() : configuredInputs();
    List<RowEndsInput> rowEnds = new ArrayList<>();
    for (BatchInput batchInput : config.getBatchInputList()) {
      rowEnds.add(rowEnds(batchInput, inputs));
    }
    requireEveryInputFed(inputs, rowEnds);
    checkOutputs();
    return new RawSignature(maxBatchSize, inputs, rowEnds, callerOutputs());
  }

  private List<RawInput> graphInputs() {
    require(
        config.getBatchInputCount() == 0, file, "batch_input", "", "needs the inputs listed too");
    List<RawInput> inputs = new ArrayList<>();
    for (int i = 0; i < graph.inputs().size(); i++) {
      requireBatchDimension("input", graph.inputs().get(i));
      inputs.add(new RawInput(graph.inputs().get(i), i, false));
    }
    return inputs;
  }

  private List<RawInput> configuredInputs() {
    List<RawInput> inputs = new ArrayList<>();
    for (ModelInput input : config.getInputList()) {
      String field = "input '" + input.getName() + "'";
      require(!input.getOptional(), file, field + " optional", true, "is not supported for ONNX");
      boolean ragged = input.getAllowRaggedBatch();
      require(
          !ragged || (maxBatchSize > 0 && input.getDimsCount() == 1),
          file,
          field + " allow_ragged_batch",
          true,
          "needs a max_batch_size above 0 and one dimension");
      TensorSpec spec =
          callerSpec(input.getName(), type(field, input.getDataType()), input.getDimsList());
      int index = indexIn(graph.inputs(), "input", input.getName());
      TensorSpec inGraph = graph.inputs().get(index);
      requireSame(field, spec, inGraph, ragged ? List.of(ANY) : spec.shape());
      inputs.add(new RawInput(spec, index, ragged));
    }
    return inputs;
  }

  private RowEndsInput rowEnds(BatchInput batchInput, List<RawInput> inputs) {
    require(
        batchInput.getKind() == BatchInput.Kind.BATCH_ACCUMULATED_ELEMENT_COUNT,
        file,
        "batch_input.kind",
        batchInput.getKind(),
        "is not supported; use BATCH_ACCUMULATED_ELEMENT_COUNT");
    require(
        batchInput.getTargetNameCount() == 1 && batchInput.getSourceInputCount() == 1,
        file,
        "batch_input",
        batchInput.getTargetNameList(),
        "needs one target_name and one source_input");
    String target = batchInput.getTargetName(0);
    String source = batchInput.getSourceInput(0);
    DataType type = type("batch_input '" + target + "'", batchInput.getDataType());
    require(
        type == DataType.INT32 || type == DataType.FP32,
        file,
        "batch_input.data_type",
        type,
        "is not supported; use TYPE_INT32 or TYPE_FP32");
    int index = indexIn(graph.inputs(), "batch_input", target);
    TensorSpec spec = new TensorSpec(target, type, List.of(ANY), false);
    requireSame("batch_input '" + target + "'", spec, graph.inputs().get(index), List.of(ANY));
    int sourceIndex = indexIn(inputs.stream().map(RawInput::spec).toList(), "source_input", source);
    return new RowEndsInput(index, type, sourceIndex);
  }

  private void requireEveryInputFed(List<RawInput> inputs, List<RowEndsInput> rowEnds) {
    Set<Integer> fed = new HashSet<>();
    inputs.forEach(input -> requireFirst(fed, input.graphIndex()));
    rowEnds.forEach(input -> requireFirst(fed, input.graphIndex()));
    for (int i = 0; i < graph.inputs().size(); i++) {
      require(
          fed.contains(i), file, "input", graph.inputs().get(i).name(), "of the graph is missing");
    }
    require(!inputs.isEmpty() || maxBatchSize == 0, file, "input", "", "needs at least one");
  }

  private void requireFirst(Set<Integer> fed, int index) {
    require(fed.add(index), file, "input", graph.inputs().get(index).name(), "is listed twice");
  }

  private void checkOutputs() {
    for (ModelOutput output : config.getOutputList()) {
      String field = "output '" + output.getName() + "'";
      TensorSpec spec =
          callerSpec(output.getName(), type(field, output.getDataType()), output.getDimsList());
      int index = indexIn(graph.outputs(), "output", output.getName());
      requireSame(field, spec, graph.outputs().get(index), spec.shape());
    }
  }

  /** The graph's outputs, with the dimensions that only the configuration knows. */
  private List<TensorSpec> callerOutputs() {
    List<TensorSpec> outputs = new ArrayList<>();
    for (TensorSpec inGraph : graph.outputs()) {
      requireBatchDimension("output", inGraph);
      List<Long> shape = new ArrayList<>(inGraph.shape());
      for (ModelOutput output : config.getOutputList()) {
        if (output.getName().equals(inGraph.name())) {
          shape = new ArrayList<>(callerShape(output.getDimsList()));
        }
      }
      outputs.add(new TensorSpec(inGraph.name(), inGraph.type(), shape, false));
    }
    return outputs;
  }

  private void requireBatchDimension(String kind, TensorSpec spec) {
    require(
        maxBatchSize == 0 || (!spec.shape().isEmpty() && spec.shape().get(0) == ANY),
        file,
        kind + " '" + spec.name() + "' shape",
        spec.shape(),
        "of the graph has no free first dimension; use max_batch_size 0");
  }

  private TensorSpec callerSpec(String name, DataType type, List<Long> dims) {
    return new TensorSpec(name, type, callerShape(dims), false);
  }

  private List<Long> callerShape(List<Long> dims) {
    List<Long> shape = new ArrayList<>();
    if (maxBatchSize > 0) {
      shape.add(ANY);
    }
    shape.addAll(dims);
    return shape;
  }

  private int indexIn(List<TensorSpec> specs, String kind, String name) {
    for (int i = 0; i < specs.size(); i++) {
      if (specs.get(i).name().equals(name)) {
        return i;
      }
    }
    throw new ModelLoadException(
        String.format(
            "%s: %s '%s' does not exist; there are %s",
            file, kind, name, specs.stream().map(TensorSpec::name).toList()));
  }

  private void requireSame(
      String field, TensorSpec configured, TensorSpec inGraph, List<Long> shapeInGraph) {
    boolean same =
        configured.type() == inGraph.type() && shapeInGraph.size() == inGraph.shape().size();
    for (int i = 0; same && i < shapeInGraph.size(); i++) {
      long ours = shapeInGraph.get(i);
      long theirs = inGraph.shape().get(i);
      same = ours == theirs || ours == ANY || theirs == ANY;
    }
    require(
        same,
        file,
        field,
        configured.type() + " " + shapeInGraph,
        "contradicts the graph, which has " + inGraph.type() + " " + inGraph.shape());
  }

  private DataType type(String field, io.millrace.schemas.inference.DataType type) {
    return TensorTypes.of(file, field, type);
  }
}
