package io.millrace.server;

import io.millrace.server.repository.ModelRepository;
import java.net.URISyntaxException;
import java.nio.file.Path;

/** The text encoder among the test resources, which knows red, green and blue. */
public final class TinyEncoder {
  private TinyEncoder() {}

  /** The folder of its repository; not to be written to. */
  public static Path folder() {
    try {
      return Path.of(TinyEncoder.class.getResource("/text-models").toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Loaded. */
  public static ModelRepository load(Path folder) {
    return ModelRepository.load(folder, TinyModels.defaults(), System::nanoTime);
  }
}
