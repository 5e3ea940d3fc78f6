package io.millrace.server.text;

import static io.millrace.server.inference.InferenceException.invalid;

import io.millrace.server.inference.InferenceRequest;
import io.millrace.server.inference.Responder;
import io.millrace.server.inference.Tensor;
import io.millrace.server.inference.TensorSpec;
import io.millrace.server.serving.PendingInference;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Some texts of one caller. */
final class TextRequest extends PendingInference {
  private final List<String> texts;
  private final int longest;

  /**
   * Checks and starts to wait.
   *
   * @param input of the texts
   * @throws io.millrace.server.inference.InferenceException if there are none, or too many
   */
  TextRequest(
      String model,
      TensorSpec input,
      int maxRows,
      InferenceRequest request,
      Responder responder,
      long arrivalNanos) {
    super(model, request, responder, arrivalNanos);
    Tensor tensor = request.input(input.name());
    if (tensor == null) {
      throw invalid(
          "model '%s': input '%s' is missing; it is %s %s",
          model, input.name(), input.type(), input.shape());
    }
    input.check(model, tensor);
    if (tensor.dim(0) < 1 || tensor.dim(0) > maxRows) {
      throw invalid(
          "model '%s': there are %d texts; a request has from 1 to %d",
          model, tensor.dim(0), maxRows);
    }
    this.texts = read(tensor);
    this.longest = texts.stream().mapToInt(String::length).max().orElse(0);
  }

  private static List<String> read(Tensor tensor) {
    List<String> texts = new ArrayList<>();
    ByteBuffer data = tensor.data();
    while (data.hasRemaining()) {
      byte[] text = new byte[data.getInt()];
      data.get(text);
      texts.add(new String(text, StandardCharsets.UTF_8));
    }
    return texts;
  }

  List<String> texts() {
    return texts;
  }

  /** Characters of the longest text. */
  int longest() {
    return longest;
  }

  @Override
  public int rows() {
    return texts.size();
  }
}
