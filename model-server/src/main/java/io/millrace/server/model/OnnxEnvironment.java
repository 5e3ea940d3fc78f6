package io.millrace.server.model;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import io.millrace.server.inference.ModelLoadException;
import java.util.EnumSet;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * ONNX Runtime's process-wide environment, without its telemetry.
 *
 * <p>Creating it, ONNX Runtime 1.29 matches the process' command line against regular expressions
 * that recurse once per character: a command line of some thousand characters, as every class path
 * is one, overflows a thread's usual stack and ends the process without a word. So it is created on
 * a thread with room for any command line. The environment variable {@code ORT_DISABLE_TELEMETRY=1}
 * keeps telemetry from starting at all, which a process cannot set for itself; whoever starts the
 * server should.
 */
final class OnnxEnvironment {
  private static final long STACK_BYTES = 256L << 20;

  private static @Nullable OrtEnvironment instance;

  private OnnxEnvironment() {}

  /**
   * The environment; the first call creates it.
   *
   * @throws ModelLoadException if the native library does not work here
   */
  static synchronized OrtEnvironment get() {
    OrtEnvironment environment = instance;
    if (environment == null) {
      environment = create();
      instance = environment;
    }
    return environment;
  }

  private static OrtEnvironment create() {
    FutureTask<OrtEnvironment> creation =
        new FutureTask<>(
            () -> {
              OrtEnvironment environment = OrtEnvironment.getEnvironment();
              environment.setTelemetry(false);
              // Other providers unpack their libraries later, beside the first ones.
              if (OrtEnvironment.getAvailableProviders().equals(EnumSet.of(OrtProvider.CPU))) {
                ExtractedLibraries.unlink();
              }
              return environment;
            });
    Thread thread = new Thread(null, creation, "onnxruntime-start", STACK_BYTES);
    thread.start();
    try {
      return creation.get();
    } catch (ExecutionException e) {
      throw failure(Objects.requireNonNullElse(e.getCause(), e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failure(e);
    }
  }

  private static ModelLoadException failure(Throwable cause) {
    String fix =
        cause instanceof OrtException ? "" : "; its native library must fit this machine's system";
    return new ModelLoadException("ONNX Runtime does not start: " + cause + fix, cause);
  }
}
