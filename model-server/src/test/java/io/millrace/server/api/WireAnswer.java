package io.millrace.server.api;

import com.google.protobuf.ByteString;
import io.millrace.schemas.inference.ModelInferResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads answers as a client of the protocol does. */
record WireAnswer(ModelInferResponse message) {
  List<Long> shape(String output) {
    return message.getOutputs(index(output)).getShapeList();
  }

  List<String> strings(String output) {
    ByteBuffer data = data(output);
    List<String> strings = new ArrayList<>();
    while (data.hasRemaining()) {
      byte[] value = new byte[data.getInt()];
      data.get(value);
      strings.add(new String(value, StandardCharsets.UTF_8));
    }
    return strings;
  }

  List<Float> floats(String output) {
    ByteBuffer data = data(output);
    List<Float> floats = new ArrayList<>();
    while (data.hasRemaining()) {
      floats.add(data.getFloat());
    }
    return floats;
  }

  List<Integer> ints(String output) {
    ByteBuffer data = data(output);
    List<Integer> ints = new ArrayList<>();
    while (data.hasRemaining()) {
      ints.add(data.getInt());
    }
    return ints;
  }

  ByteString bytes(String output) {
    return message.getRawOutputContents(index(output));
  }

  private ByteBuffer data(String output) {
    return bytes(output).asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  private int index(String output) {
    for (int i = 0; i < message.getOutputsCount(); i++) {
      if (message.getOutputs(i).getName().equals(output)) {
        return i;
      }
    }
    throw new AssertionError("no output " + output + " in " + message.getOutputsList());
  }
}
