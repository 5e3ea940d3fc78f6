package io.millrace.server.api;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.TextFormat;
import io.millrace.schemas.inference.InferTensorContents;
import io.millrace.schemas.inference.ModelInferRequest;
import io.millrace.schemas.inference.ModelInferResponse;
import io.millrace.server.TinyModels;
import io.millrace.server.fuzz.Corpus;
import io.millrace.server.fuzz.FuzzTarget;
import io.millrace.server.inference.InferenceException;
import io.millrace.server.inference.InferenceResponse;
import io.millrace.server.inference.Responder;
import io.millrace.server.protocol.Caller;
import io.millrace.server.protocol.FailureText;
import io.millrace.server.protocol.InferenceCalls;
import io.millrace.server.protocol.RequestLimits;
import io.millrace.server.protocol.ResponseWriter;
import io.millrace.server.repository.ModelRepository;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Messages of callers over gRPC, from their bytes to their answer. */
public final class MessageTarget implements FuzzTarget {
  private static final long[] DIMENSIONS = {
    -1, 0, 1, 2, 3, 64, 65, 1L << 31, 1L << 32, 1L << 62, Long.MAX_VALUE, Long.MIN_VALUE
  };
  private static final String[] TYPES = {
    "BOOL", "INT8", "UINT64", "INT32", "FP16", "FP32", "FP64", "BYTES", "BF16", "float", ""
  };
  private static final int[] WORDS = {0, 1, -1, 0x7FC00000, 0x7F800000, 0x7FFFFFFF, 4, 1 << 30};

  private final ModelRepository models =
      ModelRepository.load(TinyModels.folder(), TinyModels.defaults(), System::nanoTime);
  private final InferenceCalls calls =
      new InferenceCalls(models, System::nanoTime, InstantSource.system(), RequestLimits.DEFAULTS);

  @Override
  public String name() {
    return "message";
  }

  @Override
  public List<byte[]> corpus() {
    return Corpus.files("message").stream().map(MessageTarget::parse).toList();
  }

  private static byte[] parse(byte[] text) {
    ModelInferRequest.Builder message = ModelInferRequest.newBuilder();
    try {
      TextFormat.merge(new String(text, StandardCharsets.UTF_8), message);
    } catch (TextFormat.ParseException e) {
      throw new IllegalStateException(e);
    }
    return message.build().toByteArray();
  }

  /** A message that can be read, with tensors that say one thing and hold another. */
  @Override
  public byte[] vary(byte[] input, SplittableRandom random) {
    ModelInferRequest.Builder message;
    try {
      message = ModelInferRequest.parseFrom(input).toBuilder();
    } catch (InvalidProtocolBufferException e) {
      return input;
    }
    int inputs = message.getInputsCount();
    int chosen = inputs == 0 ? 0 : random.nextInt(inputs);
    switch (inputs == 0 ? 8 : random.nextInt(9)) {
      case 0, 1 -> message.getInputsBuilder(chosen).addShape(any(random));
      case 2, 3 -> {
        if (message.getInputs(chosen).getShapeCount() > 0) {
          int dim = random.nextInt(message.getInputs(chosen).getShapeCount());
          message.getInputsBuilder(chosen).setShape(dim, any(random));
        }
      }
      case 4 -> message.getInputsBuilder(chosen).setDatatype(TYPES[random.nextInt(TYPES.length)]);
      case 5, 6 -> {
        if (chosen < message.getRawInputContentsCount()) {
          message.setRawInputContents(chosen, words(random));
        }
      }
      case 7 -> message.addInputs(message.getInputs(chosen));
      default -> {
        for (int left = random.nextInt(2_000); left > 0; left--) {
          message
              .addInputsBuilder()
              .setName("x" + left)
              .setDatatype("INT8")
              .setContents(InferTensorContents.getDefaultInstance())
              .addShape(0);
        }
      }
    }
    return message.build().toByteArray();
  }

  private static long any(SplittableRandom random) {
    return DIMENSIONS[random.nextInt(DIMENSIONS.length)];
  }

  private static ByteString words(SplittableRandom random) {
    ByteString.Output words = ByteString.newOutput();
    for (int left = random.nextInt(64); left > 0; left--) {
      int word = WORDS[random.nextInt(WORDS.length)];
      for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
        words.write(word >> shift);
      }
    }
    return words.toByteString();
  }

  @Override
  public Outcome feed(byte[] input) throws Exception {
    ModelInferRequest call;
    try {
      call = ModelInferRequest.parseFrom(input);
    } catch (InvalidProtocolBufferException e) {
      // What cannot be read is refused before it reaches us.
      return Outcome.REFUSED;
    }
    Answer answer = new Answer(call);
    calls.infer(call, new Caller(calls.now(), Long.MAX_VALUE, () -> false), answer);
    return answer.outcome.get(5, TimeUnit.MINUTES);
  }

  /** Takes one answer, and writes it as it would leave. */
  private record Answer(ModelInferRequest call, CompletableFuture<Outcome> outcome)
      implements Responder {
    Answer(ModelInferRequest call) {
      this(call, new CompletableFuture<>());
    }

    @Override
    public void complete(InferenceResponse response) {
      try {
        ModelInferResponse written =
            ResponseWriter.inference(call.getModelName(), call.getId(), response);
        done(written.getSerializedSize() > 0 ? Outcome.ANSWERED : Outcome.REFUSED);
      } catch (RuntimeException e) {
        outcome.completeExceptionally(e);
      }
    }

    @Override
    public void fail(InferenceException failure) {
      if (failure.code() == InferenceException.Code.INTERNAL) {
        outcome.completeExceptionally(failure);
      } else if (FailureText.of(failure).length() > 4_096) {
        outcome.completeExceptionally(new AssertionError("the failure is too long"));
      } else {
        done(Outcome.REFUSED);
      }
    }

    private void done(Outcome what) {
      if (!outcome.complete(what)) {
        throw new AssertionError("answered twice");
      }
    }
  }

  @Override
  public void close() {
    models.close();
  }
}
