package io.millrace.server.model;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import io.millrace.server.inference.DataType;
import io.millrace.server.inference.InferenceException;
import io.millrace.server.inference.ModelLoadException;
import io.millrace.server.llm.decoder.Decoder;
import io.millrace.server.llm.decoder.DecoderCall;
import io.millrace.server.llm.decoder.DecoderShape;
import io.millrace.server.llm.decoder.Embeddings;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A converted language model in a session of its own. */
public final class OnnxDecoder implements Decoder {
  private static final String LOGITS = "logits";

  private final DecoderShape shape;
  private final Embeddings embeddings;
  private final OrtSession session;
  private final DecoderTensors cache;
  private final TensorSlot embedded;
  private final TensorSlot lastIndex;
  private final TensorSlot longest;
  private final TensorSlot positions;
  private final TensorSlot bias;
  private final TensorSlot wanted;
  private final TensorSlot logits;
  private final List<String> pasts = new ArrayList<>();
  private final List<String> presents = new ArrayList<>();

  private OnnxDecoder(
      OrtEnvironment environment, OrtSession session, DecoderShape shape, Embeddings embeddings) {
    this.session = session;
    this.shape = shape;
    this.embeddings = embeddings;
    this.cache = new DecoderTensors(environment, shape);
    this.embedded = new TensorSlot(environment, DataType.FP32);
    this.lastIndex = new TensorSlot(environment, DataType.INT32);
    this.longest = new TensorSlot(environment, DataType.INT32);
    this.positions = new TensorSlot(environment, DataType.INT64);
    this.bias = new TensorSlot(environment, DataType.FP32);
    this.wanted = new TensorSlot(environment, DataType.INT64);
    this.logits = new TensorSlot(environment, DataType.FP32);
    for (int layer = 0; layer < shape.layers(); layer++) {
      for (String kind : new String[] {"key", "value"}) {
        pasts.add("past_" + kind + "_" + layer);
        presents.add("present_" + kind + "_" + layer);
      }
    }
  }

  /**
   * Loads a decoder. Its threads are made by the calling thread, and inherit its priority.
   *
   * @param folder with {@code model.onnx} and {@code embeddings.bin}
   * @param threads that one operator may use
   * @throws ModelLoadException if the files are not what the shape says
   */
  public static OnnxDecoder load(Path folder, DecoderShape shape, int threads) {
    Path file = folder.resolve("model.onnx");
    Embeddings embeddings =
        Embeddings.map(folder.resolve("embeddings.bin"), shape.vocabulary(), shape.width());
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      OrtEnvironment environment = OnnxEnvironment.get();
      options.setIntraOpNumThreads(threads);
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
      // What waits must not burn a core that recommendations could use.
      options.addConfigEntry("session.intra_op.allow_spinning", "0");
      options.setMemoryPatternOptimization(false);
      OrtSession session = environment.createSession(file.toString(), options);
      return new OnnxDecoder(environment, session, shape, embeddings);
    } catch (OrtException e) {
      throw new ModelLoadException(
          file + ": ONNX Runtime cannot load it: " + OnnxGraph.oneLine(e), e);
    }
  }

  @Override
  public DecoderShape shape() {
    return shape;
  }

  @Override
  public FloatBuffer run(DecoderCall call) {
    Map<String, OnnxTensor> feeds = new LinkedHashMap<>();
    Map<String, OnnxTensor> pinned = new LinkedHashMap<>();
    try {
      write(call);
      feeds.put("inputs_embeds", embedded.tensor());
      feeds.put("last_index", lastIndex.tensor());
      feeds.put("longest", longest.tensor());
      feeds.put("position_ids", positions.tensor());
      feeds.put("attention_bias", bias.tensor());
      feeds.put("logit_rows", wanted.tensor());
      List<OnnxTensor> slots = cache.of(call.firstSlot(), call.rows());
      for (int i = 0; i < slots.size(); i++) {
        feeds.put(pasts.get(i), slots.get(i));
        pinned.put(presents.get(i), slots.get(i));
      }
      logits.reserve(call.wanted().length, shape.vocabulary());
      pinned.put(LOGITS, logits.tensor());
      session.run(feeds, Set.of(), pinned).close();
      return logits.content().asFloatBuffer();
    } catch (OrtException e) {
      throw new InferenceException(
          InferenceException.Code.INTERNAL, "ONNX Runtime: " + OnnxGraph.oneLine(e));
    }
  }

  private void write(DecoderCall call) {
    int rows = call.rows();
    int width = call.tokensPerRow();
    FloatBuffer vectors = embedded.reserve(rows, width, shape.width()).asFloatBuffer();
    ByteBuffer places = positions.reserve(rows, width);
    for (int i = 0; i < call.tokens().length; i++) {
      int token = call.tokens()[i];
      if (token < 0 && call.soft() != null) {
        call.soft().write(token, vectors);
      } else {
        embeddings.write(token, vectors);
      }
      places.putLong(call.positions()[i]);
    }
    ByteBuffer last = lastIndex.reserve(rows);
    for (int start : call.starts()) {
      last.putInt(start + width - 1);
    }
    longest.reserve(1).putInt(call.longest());
    FloatBuffer added = bias.reserve(1, 1, width, call.longest()).asFloatBuffer();
    while (added.hasRemaining()) {
      added.put(0);
    }
    if (call.hidden() != null) {
      call.hidden().write(added.clear());
    }
    ByteBuffer rowsWanted = wanted.reserve(call.wanted().length);
    for (int row : call.wanted()) {
      rowsWanted.putLong(row);
    }
  }

  @Override
  public void copy(int from, int to, int tokens) {
    cache.copy(from, to, tokens);
  }

  @Override
  public void swap(int one, int other, int tokens) {
    cache.swap(one, other, tokens);
  }

  @Override
  public void close() {
    List.of(embedded, lastIndex, longest, positions, bias, wanted, logits)
        .forEach(TensorSlot::close);
    cache.close();
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException(
          "closing an ONNX Runtime session: " + OnnxGraph.oneLine(e), e);
    }
  }
}
