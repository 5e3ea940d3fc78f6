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
import io.millrace.server.raw.ComputedInput;
import io.millrace.server.raw.RawInput;
import io.millrace.server.raw.RawOutput;
import io.millrace.server.raw.RawSignature;
import io.millrace.server.raw.Reshape;
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

  /** Whether rows of similar length are computed together; 0 for graphs that do not pad. */
  static final String GROUPS = "millrace_group_by_length";

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
    List<ComputedInput> computed = new ArrayList<>();
    for (BatchInput batchInput : config.getBatchInputList()) {
      computed.add(computed(batchInput, inputs));
    }
    requireEveryInputFed(inputs, computed);
    checkOutputs();
    return new RawSignature(
        maxBatchSize, inputs, computed, callerOutputs(), groupsByLength(inputs));
  }

  private boolean groupsByLength(List<RawInput> inputs) {
    if (!config.containsParameters(GROUPS)) {
      return true;
    }
    String value = config.getParametersOrThrow(GROUPS).getStringValue();
    require(
        value.equals("0") || value.equals("1"),
        file,
        "parameters " + GROUPS,
        value,
        "must be 0 or 1");
    require(
        inputs.stream().anyMatch(RawInput::ragged),
        file,
        "parameters " + GROUPS,
        value,
        "has no meaning without an input with allow_ragged_batch; remove it");
    return value.equals("1");
  }

  private List<RawInput> graphInputs() {
    require(
        config.getBatchInputCount() == 0, file, "batch_input", "", "needs the inputs listed too");
    List<RawInput> inputs = new ArrayList<>();
    for (int i = 0; i < graph.inputs().size(); i++) {
      requireBatchDimension("input", graph.inputs().get(i));
      inputs.add(new RawInput(graph.inputs().get(i), i, false, null));
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
      List<Long> shape = spec.shape();
      Reshape reshape = null;
      if (input.hasReshape()) {
        require(!ragged, file, field + " reshape", "", "has no meaning with allow_ragged_batch");
        reshape = reshape(field, input.getDimsList(), input.getReshape().getShapeList());
        shape = callerShape(reshape.to());
      }
      requireSame(field, spec, inGraph, ragged ? List.of(ANY) : shape);
      inputs.add(new RawInput(spec, index, ragged, reshape));
    }
    return inputs;
  }

  private Reshape reshape(String field, List<Long> from, List<Long> to) {
    try {
      return new Reshape(from, to);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new ModelLoadException(
          file + ": " + field + " dims and reshape must hold the same elements: " + e.getMessage(),
          e);
    }
  }

  private ComputedInput computed(BatchInput batchInput, List<RawInput> inputs) {
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
    ComputedInput.Kind kind = kind(batchInput);
    List<Long> shape = kind == ComputedInput.Kind.ROW_SHAPES ? List.of(ANY, ANY) : List.of(ANY);
    TensorSpec spec = new TensorSpec(target, type, shape, false);
    requireSame("batch_input '" + target + "'", spec, graph.inputs().get(index), shape);
    int sourceIndex = indexIn(inputs.stream().map(RawInput::spec).toList(), "source_input", source);
    require(maxBatchSize > 0, file, "batch_input", target, "needs a max_batch_size above 0");
    return new ComputedInput(kind, index, type, sourceIndex);
  }

  private ComputedInput.Kind kind(BatchInput batchInput) {
    return switch (batchInput.getKind()) {
      case BATCH_ELEMENT_COUNT -> ComputedInput.Kind.ELEMENTS;
      case BATCH_ACCUMULATED_ELEMENT_COUNT -> ComputedInput.Kind.ROW_ENDS;
      case BATCH_ACCUMULATED_ELEMENT_COUNT_WITH_ZERO -> ComputedInput.Kind.ROW_BOUNDS;
      case BATCH_MAX_ELEMENT_COUNT_AS_SHAPE -> ComputedInput.Kind.LONGEST_ROW;
      case BATCH_ITEM_SHAPE -> ComputedInput.Kind.ROW_SHAPES;
      case BATCH_ITEM_SHAPE_FLATTEN -> ComputedInput.Kind.ROW_SHAPES_FLAT;
      case UNRECOGNIZED ->
          throw new ModelLoadException(file + ": batch_input.kind is unknown; use one by its name");
    };
  }

  private void requireEveryInputFed(List<RawInput> inputs, List<ComputedInput> computed) {
    Set<Integer> fed = new HashSet<>();
    inputs.forEach(input -> requireFirst(fed, input.graphIndex()));
    computed.forEach(input -> requireFirst(fed, input.graphIndex()));
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
      List<Long> shape = spec.shape();
      if (output.hasReshape()) {
        shape =
            callerShape(
                reshape(field, output.getReshape().getShapeList(), output.getDimsList()).from());
      }
      requireSame(field, spec, graph.outputs().get(index), shape);
    }
  }

  /** The graph's outputs, with the dimensions that only the configuration knows. */
  private List<RawOutput> callerOutputs() {
    List<RawOutput> outputs = new ArrayList<>();
    for (TensorSpec inGraph : graph.outputs()) {
      requireBatchDimension("output", inGraph);
      List<Long> shape = inGraph.shape();
      Reshape reshape = null;
      for (ModelOutput output : config.getOutputList()) {
        if (output.getName().equals(inGraph.name())) {
          shape = callerShape(output.getDimsList());
          if (output.hasReshape()) {
            reshape =
                reshape(output.getName(), output.getReshape().getShapeList(), output.getDimsList());
          }
        }
      }
      outputs.add(
          new RawOutput(new TensorSpec(inGraph.name(), inGraph.type(), shape, false), reshape));
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
