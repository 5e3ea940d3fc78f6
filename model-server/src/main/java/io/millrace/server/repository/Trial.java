package io.millrace.server.repository;

import io.millrace.server.inference.InferenceException;
import io.millrace.server.inference.InferenceRequest;
import io.millrace.server.inference.InferenceResponse;
import io.millrace.server.inference.ModelLoadException;
import io.millrace.server.inference.Responder;
import io.millrace.server.inference.ServedModel;
import io.millrace.server.inference.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Asks a model that does not serve yet, and waits for the answer. */
final class Trial implements Responder {
  private static final long LONGEST_ANSWER_SECONDS = 120;

  private final CompletableFuture<List<Tensor>> answer = new CompletableFuture<>();

  private Trial() {}

  /**
   * The outputs of one request.
   *
   * @param what names the request in failures
   * @throws ModelLoadException if the model does not answer it
   */
  static List<Tensor> run(ServedModel model, List<Tensor> inputs, String what) {
    Trial trial = new Trial();
    try {
      model.infer(
          new InferenceRequest(what, inputs, List.of(), Map.of(), Long.MAX_VALUE, () -> false),
          trial);
      return trial.answer.get(LONGEST_ANSWER_SECONDS, TimeUnit.SECONDS);
    } catch (InferenceException e) {
      throw new ModelLoadException(what + " fails: " + e.getMessage(), e);
    } catch (ExecutionException e) {
      Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
      throw new ModelLoadException(what + " fails: " + cause.getMessage(), cause);
    } catch (TimeoutException e) {
      throw new ModelLoadException(
          what + " has no answer after " + LONGEST_ANSWER_SECONDS + " s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ModelLoadException(what + " was interrupted", e);
    }
  }

  @Override
  public void complete(InferenceResponse response) {
    List<Tensor> copies = new ArrayList<>();
    for (Tensor tensor : response.outputs()) {
      ByteBuffer copy = ByteBuffer.allocate(tensor.byteSize()).put(tensor.data()).flip();
      copies.add(new Tensor(tensor.name(), tensor.type(), tensor.shape(), copy));
    }
    answer.complete(copies);
  }

  @Override
  public void fail(InferenceException failure) {
    answer.completeExceptionally(failure);
  }
}
