package io.millrace.server.repository;

import io.millrace.server.TinyModels;
import io.millrace.server.fuzz.Corpus;
import io.millrace.server.fuzz.FuzzTarget;
import io.millrace.server.inference.ModelLoadException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Configurations of a model, from their text to a model that serves. */
public final class ConfigTarget implements FuzzTarget {
  private static final String MODEL = "affine";

  private final Path models;
  private final Path config;

  /**
   * With one model.
   *
   * @param folder empty, to work in
   */
  public ConfigTarget(Path folder) {
    this.models = folder.resolve("models");
    this.config = models.resolve(MODEL).resolve("config.pbtxt");
    Path version = models.resolve(MODEL).resolve("1");
    try {
      Files.createDirectories(version);
      Files.copy(
          TinyModels.folder().resolve(MODEL).resolve("1").resolve("model.onnx"),
          version.resolve("model.onnx"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String name() {
    return "config";
  }

  @Override
  public List<byte[]> corpus() {
    return Corpus.files("config");
  }

  @Override
  public Outcome feed(byte[] input) throws IOException {
    Files.write(config, input);
    try {
      ModelRepository.load(models, TinyModels.defaults(), System::nanoTime).close();
      return Outcome.ANSWERED;
    } catch (ModelLoadException e) {
      return Outcome.REFUSED;
    }
  }

  @Override
  public void close() {}
}
