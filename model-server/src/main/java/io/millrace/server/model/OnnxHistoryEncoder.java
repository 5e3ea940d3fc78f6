package io.millrace.server.model;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import io.millrace.server.inference.InferenceException;
import io.millrace.server.inference.ModelLoadException;
import io.millrace.server.llm.decoder.HistoryEncoder;
import io.millrace.server.llm.decoder.SoftPromptShape;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/** An encoder of soft prompts in a session of its own, on the threads that call. */
public final class OnnxHistoryEncoder implements HistoryEncoder {
  private static final String FILE = "soft_prompt.onnx";
  private static final String ITEMS = "items";

  private final OrtEnvironment environment;
  private final OrtSession session;
  private final int width;

  private OnnxHistoryEncoder(OrtEnvironment environment, OrtSession session, int width) {
    this.environment = environment;
    this.session = session;
    this.width = width;
  }

  /**
   * Loads an encoder, and tries it with as many items as it is to take.
   *
   * @param folder with {@code soft_prompt.onnx}
   * @param width of the language model's vectors
   * @throws ModelLoadException if the file is not what the shape says
   */
  public static OnnxHistoryEncoder load(Path folder, SoftPromptShape shape, int width) {
    Path file = folder.resolve(FILE);
    OnnxHistoryEncoder encoder;
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      OrtEnvironment environment = OnnxEnvironment.get();
      options.setIntraOpNumThreads(1);
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
      encoder =
          new OnnxHistoryEncoder(
              environment, environment.createSession(file.toString(), options), width);
    } catch (OrtException e) {
      throw new ModelLoadException(
          file + ": ONNX Runtime cannot load it: " + OnnxGraph.oneLine(e), e);
    }
    try {
      int[] found = encoder.shape(new float[shape.history() * width]);
      if (!Arrays.equals(found, new int[] {shape.tokens(), width})) {
        throw new ModelLoadException(
            String.format(
                "%s makes vectors of the shape %s, and language_model.json says [%d, %d]",
                file, Arrays.toString(found), shape.tokens(), width));
      }
      return encoder;
    } catch (InferenceException e) {
      encoder.close();
      throw new ModelLoadException(
          String.format("%s takes no %d items: %s", file, shape.history(), e.getMessage()), e);
    } catch (ModelLoadException e) {
      encoder.close();
      throw e;
    }
  }

  private int[] shape(float[] items) {
    float[][] found = run(items);
    return new int[] {found.length, found[0].length};
  }

  @Override
  public float[] encode(float[] items) {
    float[][] found = run(items);
    float[] flat = new float[found.length * width];
    for (int i = 0; i < found.length; i++) {
      System.arraycopy(found[i], 0, flat, i * width, width);
    }
    return flat;
  }

  private float[][] run(float[] items) {
    long[] shape = {items.length / width, width};
    try (OnnxTensor tensor = OnnxTensor.createTensor(environment, FloatBuffer.wrap(items), shape);
        OrtSession.Result result = session.run(Map.of(ITEMS, tensor))) {
      return (float[][]) result.get(0).getValue();
    } catch (OrtException e) {
      throw new InferenceException(
          InferenceException.Code.INTERNAL, "ONNX Runtime: " + OnnxGraph.oneLine(e));
    }
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException(
          "closing an ONNX Runtime session: " + OnnxGraph.oneLine(e), e);
    }
  }
}
