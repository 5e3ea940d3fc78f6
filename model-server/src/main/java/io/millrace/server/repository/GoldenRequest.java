package io.millrace.server.repository;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.server.inference.ModelLoadException;
import io.millrace.server.inference.ServedModel;
import io.millrace.server.inference.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A request beside a version's files, {@code golden.json}, with the answer that the version must
 * give before it serves:
 *
 * <pre>{@code
 * { "inputs":  [ { "name": "x", "datatype": "FP32", "shape": [1, 2], "data": [1, 2] } ],
 *   "outputs": [ { "name": "y", "datatype": "FP32", "shape": [1, 2], "data": [3, 5] } ],
 *   "tolerance": 1e-4 }
 * }</pre>
 *
 * <p>Floating point may differ by the tolerance (default 1e-4), absolutely and relatively; all else
 * must be equal. Outputs that are not listed are not looked at.
 */
final class GoldenRequest {
  static final String FILE = "golden.json";

  private static final double TOLERANCE = 1e-4;

  private GoldenRequest() {}

  /**
   * Asks the request, if the version has one.
   *
   * @throws ModelLoadException if the answer is another one
   */
  static void check(Path version, ServedModel model) {
    Path file = version.resolve(FILE);
    if (!Files.exists(file)) {
      return;
    }
    JsonNode json = parse(file);
    double tolerance = json.path("tolerance").asDouble(TOLERANCE);
    List<Tensor> inputs = tensors(file, json, "inputs");
    List<Tensor> expected = tensors(file, json, "outputs");
    List<Tensor> given = Trial.run(model, inputs, file.toString());
    for (Tensor output : expected) {
      compare(file, output, given, tolerance);
    }
  }

  private static JsonNode parse(Path file) {
    try {
      return new ObjectMapper().readTree(file.toFile());
    } catch (JsonProcessingException e) {
      throw new ModelLoadException(file + ": not JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new ModelLoadException(file + " cannot be read: " + e, e);
    }
  }

  private static List<Tensor> tensors(Path file, JsonNode json, String kind) {
    List<Tensor> tensors = new ArrayList<>();
    for (JsonNode tensor : json.path(kind)) {
      tensors.add(JsonTensor.read(file + ": " + kind, tensor));
    }
    if (tensors.isEmpty()) {
      throw new ModelLoadException(file + ": " + kind + " is missing or empty");
    }
    return tensors;
  }

  private static void compare(Path file, Tensor expected, List<Tensor> given, double tolerance) {
    Tensor found =
        given.stream()
            .filter(tensor -> tensor.name().equals(expected.name()))
            .findFirst()
            .orElseThrow(
                () -> new ModelLoadException(file + ": the model has no output " + expected));
    if (found.type() != expected.type() || !Arrays.equals(found.shape(), expected.shape())) {
      throw new ModelLoadException(file + ": expects " + expected + ", the model gives " + found);
    }
    ByteBuffer ours = expected.data();
    ByteBuffer theirs = found.data();
    boolean same =
        switch (expected.type()) {
          case FP32 -> {
            boolean close = ours.remaining() == theirs.remaining();
            while (close && ours.hasRemaining()) {
              close = close(ours.getFloat(), theirs.getFloat(), tolerance);
            }
            yield close;
          }
          case FP64 -> {
            boolean close = ours.remaining() == theirs.remaining();
            while (close && ours.hasRemaining()) {
              close = close(ours.getDouble(), theirs.getDouble(), tolerance);
            }
            yield close;
          }
          default -> ours.equals(theirs);
        };
    if (!same) {
      throw new ModelLoadException(
          String.format(
              "%s: output '%s' differs from what the model gives, by more than %s; export the"
                  + " version again, or write the request of this version",
              file, expected.name(), tolerance));
    }
  }

  private static boolean close(double expected, double given, double tolerance) {
    return Math.abs(expected - given) <= tolerance * (1 + Math.abs(expected))
        || Double.compare(expected, given) == 0;
  }
}
