package io.millrace.flink.inference;

import com.google.protobuf.ByteString;
import io.millrace.schemas.inference.ModelInferResponse;
import io.millrace.schemas.inference.ModelInferResponse.InferOutputTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The outputs of one answer, by name, each of shape [rows, n] and read row by row; raw or typed
 * content.
 */
final class OutputTensors {
  private final ModelInferResponse response;
  private final int rows;
  private final boolean raw;

  OutputTensors(ModelInferResponse response, int rows) {
    this.response = response;
    this.rows = rows;
    this.raw = response.getRawOutputContentsCount() > 0;
    if (raw && response.getRawOutputContentsCount() != response.getOutputsCount()) {
      throw new BadAnswerException(
          response.getOutputsCount()
              + " outputs with "
              + response.getRawOutputContentsCount()
              + " raw contents");
    }
  }

  List<String> texts(String name, int limit) {
    int index = index(name, "BYTES");
    int length = length(index, limit);
    if (raw) {
      return BytesTensor.decode(response.getRawOutputContents(index), length, name);
    }
    List<ByteString> contents = response.getOutputs(index).getContents().getBytesContentsList();
    checkCount(name, contents.size(), length);
    List<String> texts = new ArrayList<>(length);
    for (int i = 0; i < length; i++) {
      texts.add(BytesTensor.text(contents.get(i), name, i));
    }
    return texts;
  }

  /** Whether the answer has an output of that name. */
  boolean has(String name) {
    return response.getOutputsList().stream().anyMatch(output -> output.getName().equals(name));
  }

  int[] ints(String name, int limit) {
    int index = index(name, "INT32");
    int length = length(index, limit);
    int[] values = new int[length];
    if (raw) {
      content(name, index, length * Integer.BYTES).asIntBuffer().get(values);
      return values;
    }
    List<Integer> contents = response.getOutputs(index).getContents().getIntContentsList();
    checkCount(name, contents.size(), length);
    for (int i = 0; i < length; i++) {
      values[i] = contents.get(i);
    }
    return values;
  }

  private ByteBuffer content(String name, int index, int bytes) {
    ByteString content = response.getRawOutputContents(index);
    if (content.size() != bytes) {
      throw new BadAnswerException(
          name + " has " + content.size() + " bytes for " + bytes / Float.BYTES + " elements");
    }
    return content.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  float[] floats(String name, int limit) {
    int index = index(name, "FP32");
    int length = length(index, limit);
    float[] values = new float[length];
    if (raw) {
      content(name, index, length * Float.BYTES).asFloatBuffer().get(values);
      return values;
    }
    List<Float> contents = response.getOutputs(index).getContents().getFp32ContentsList();
    checkCount(name, contents.size(), length);
    for (int i = 0; i < length; i++) {
      values[i] = contents.get(i);
    }
    return values;
  }

  private static void checkCount(String name, int count, int length) {
    if (count != length) {
      throw new BadAnswerException(name + " has " + count + " values for " + length + " elements");
    }
  }

  private int index(String name, String datatype) {
    for (int i = 0; i < response.getOutputsCount(); i++) {
      InferOutputTensor output = response.getOutputs(i);
      if (output.getName().equals(name)) {
        if (!output.getDatatype().equals(datatype)) {
          throw new BadAnswerException(name + " is " + output.getDatatype() + ", not " + datatype);
        }
        return i;
      }
    }
    throw new BadAnswerException("output " + name + " is missing");
  }

  /** The elements of an output, checked before anything is allocated for them. */
  private int length(int index, int limit) {
    InferOutputTensor output = response.getOutputs(index);
    if (output.getShapeCount() != 2
        || output.getShape(0) != rows
        || output.getShape(1) < 0
        || output.getShape(1) > limit) {
      throw new BadAnswerException(
          output.getName()
              + " has shape "
              + output.getShapeList()
              + ", expected ["
              + rows
              + ", n] with n at most "
              + limit);
    }
    return rows * (int) output.getShape(1);
  }
}
