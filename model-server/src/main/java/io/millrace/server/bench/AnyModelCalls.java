package io.millrace.server.bench;

import com.google.protobuf.ByteString;
import io.millrace.schemas.inference.ModelInferRequest;
import io.millrace.schemas.inference.ModelMetadataResponse;
import io.millrace.schemas.inference.ModelMetadataResponse.TensorMetadata;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Calls of a model of which only the metadata is known: numbers drawn from a seed, from 0 to 1, or
 * 0 and 1 for integers; strings of digits. A dimension of any size is 1, unless a shape is given.
 */
final class AnyModelCalls {
  private static final long SEED = 1;
  private static final int CALLS = 64;

  private final ModelMetadataResponse metadata;
  private final Map<String, String> shapes;
  private final Random random = new Random(SEED);

  /**
   * For that model.
   *
   * @param shapes by the name of an input, dimensions separated by x, as 1x128
   */
  AnyModelCalls(ModelMetadataResponse metadata, Map<String, String> shapes) {
    this.metadata = metadata;
    this.shapes = shapes;
  }

  List<ModelInferRequest> all() {
    List<ModelInferRequest> calls = new ArrayList<>();
    for (int i = 0; i < CALLS; i++) {
      ModelInferRequest.Builder call =
          ModelInferRequest.newBuilder().setModelName(metadata.getName());
      metadata.getInputsList().forEach(input -> add(call, input));
      calls.add(call.build());
    }
    return calls;
  }

  private void add(ModelInferRequest.Builder call, TensorMetadata input) {
    long[] shape = shape(input);
    int elements = Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact));
    call.addInputsBuilder()
        .setName(input.getName())
        .setDatatype(input.getDatatype())
        .addAllShape(Arrays.stream(shape).boxed().toList());
    call.addRawInputContents(content(input.getDatatype(), elements));
  }

  private long[] shape(TensorMetadata input) {
    String given = shapes.get(input.getName());
    if (given == null) {
      return input.getShapeList().stream().mapToLong(dim -> Math.max(1, dim)).toArray();
    }
    try {
      return Arrays.stream(given.split("x", -1)).mapToLong(Long::parseLong).toArray();
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "--shape " + input.getName() + "=" + given + " is no shape; write it like 1x128", e);
    }
  }

  private ByteString content(String type, int elements) {
    ByteBuffer data = ByteBuffer.allocate(elements * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < elements; i++) {
      switch (type) {
        case "FP32" -> data.putFloat(random.nextFloat());
        case "FP64" -> data.putDouble(random.nextDouble());
        case "INT64", "UINT64" -> data.putLong(random.nextInt(2));
        case "INT32", "UINT32" -> data.putInt(random.nextInt(2));
        case "INT16", "UINT16", "FP16", "BF16" -> data.putShort((short) 0);
        case "INT8", "UINT8", "BOOL" -> data.put((byte) random.nextInt(2));
        case "BYTES" -> data.putInt(1).put((byte) ('0' + random.nextInt(10)));
        default ->
            throw new IllegalArgumentException(
                "model '"
                    + metadata.getName()
                    + "' has an input of type "
                    + type
                    + ", which this generator does not know");
      }
    }
    return ByteString.copyFrom(data.flip());
  }
}
