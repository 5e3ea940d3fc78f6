package io.millrace.server.repository;

import static io.millrace.server.repository.ModelConfigFile.require;

import io.millrace.schemas.inference.ModelConfig;
import io.millrace.schemas.inference.ModelWarmup;
import io.millrace.server.inference.DataType;
import io.millrace.server.inference.ModelLoadException;
import io.millrace.server.inference.ServedModel;
import io.millrace.server.inference.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** The requests of {@code model_warmup}, which a version is asked before it serves. */
final class Warmup {
  private static final String FOLDER = "warmup";
  private static final long SEED = 1;
  private static final long MOST_BYTES = 1L << 30;

  private final ModelFolder folder;
  private final ModelConfig config;

  Warmup(ModelFolder folder, ModelConfig config) {
    this.folder = folder;
    this.config = config;
  }

  /**
   * Asks them, each of every instance.
   *
   * @param instances idle ones take turns, so this many requests in a row reach each of them
   * @throws ModelLoadException if one is not a request of this model, or is not answered
   */
  void run(ServedModel model, int instances) {
    for (ModelWarmup warmup : config.getModelWarmupList()) {
      String what = folder.configFile() + ": model_warmup '" + warmup.getName() + "'";
      List<Tensor> inputs = new ArrayList<>();
      for (Map.Entry<String, ModelWarmup.Input> input : warmup.getInputsMap().entrySet()) {
        inputs.add(tensor(what, input.getKey(), input.getValue(), warmup.getBatchSize()));
      }
      long times = (long) Math.max(1, warmup.getCount()) * instances;
      for (long i = 0; i < times; i++) {
        Trial.run(model, inputs, what);
      }
    }
  }

  private Tensor tensor(String what, String name, ModelWarmup.Input input, int rows) {
    String field = what + " input '" + name + "'";
    DataType type = TensorTypes.of(folder.configFile(), field, input.getDataType());
    List<Long> shape = new ArrayList<>();
    if (config.getMaxBatchSize() > 0) {
      shape.add((long) Math.max(1, rows));
    }
    shape.addAll(input.getDimsList());
    long elements = 1;
    for (long dim : shape) {
      require(
          dim >= 0 && dim <= MOST_BYTES,
          folder.configFile(),
          field + " dims",
          shape,
          "must be fixed");
      elements = Math.min(Long.MAX_VALUE / Math.max(1, MOST_BYTES), elements * dim);
    }
    long bytes = elements * (type == DataType.BYTES ? Integer.BYTES : type.bytes());
    require(bytes <= MOST_BYTES, folder.configFile(), field + " dims", shape, "are above 1 GiB");
    long[] dims = shape.stream().mapToLong(Long::longValue).toArray();
    return new Tensor(name, type, dims, content(field, type, input, (int) bytes));
  }

  private ByteBuffer content(String field, DataType type, ModelWarmup.Input input, int bytes) {
    return switch (input.getInputDataTypeCase()) {
      case ZERO_DATA -> ByteBuffer.allocate(bytes);
      case RANDOM_DATA -> random(type, bytes);
      case INPUT_DATA_FILE -> file(field, type, input.getInputDataFile(), bytes);
      case INPUTDATATYPE_NOT_SET ->
          throw new ModelLoadException(
              field + " has no data; use zero_data, random_data or input_data_file");
    };
  }

  /** Numbers from 0 to 1, so that they are indices of every table, too. */
  private static ByteBuffer random(DataType type, int bytes) {
    ByteBuffer content = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    Random random = new Random(SEED);
    while (content.hasRemaining()) {
      switch (type) {
        case FP32 -> content.putFloat(random.nextFloat());
        case FP64 -> content.putDouble(random.nextDouble());
        case BYTES -> content.putInt(0);
        case FP16, BF16 -> content.putShort((short) 0);
        default -> {
          content.put((byte) random.nextInt(2));
          content.position(content.position() + type.bytes() - 1);
        }
      }
    }
    return content.flip();
  }

  private ByteBuffer file(String field, DataType type, String name, int bytes) {
    require(
        !name.contains("/") && !name.contains("\\") && !name.startsWith("."),
        folder.configFile(),
        field + " input_data_file",
        name,
        "must be a name inside the model's folder '" + FOLDER + "'");
    Path file = folder.path().resolve(FOLDER).resolve(name);
    try {
      byte[] content = Files.readAllBytes(file);
      require(
          type == DataType.BYTES || content.length == bytes,
          folder.configFile(),
          field + " input_data_file",
          name,
          "holds " + content.length + " bytes, the dims need " + bytes);
      return ByteBuffer.wrap(content);
    } catch (IOException e) {
      throw new ModelLoadException(field + ": " + file + " cannot be read: " + e, e);
    }
  }
}
