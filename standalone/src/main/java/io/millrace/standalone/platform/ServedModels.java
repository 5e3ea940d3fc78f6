package io.millrace.standalone.platform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The model repository that a started model server is given when profiles are written: the models
 * themselves, and the text encoder beside them. It consists of links, so a version that is
 * published into the models is found.
 */
final class ServedModels {
  /** Name of the text encoder, under which it is asked for. */
  static final String TEXT_ENCODER = "all-minilm-l6-v2";

  private static final String CONFIG =
      """
      backend: "millrace_text"
      max_batch_size: 16
      dynamic_batching { }
      """;

  private ServedModels() {}

  /**
   * Makes it.
   *
   * @param models the models
   * @param encoder folder with the encoder's graph and tokenizer
   * @param into an empty folder
   * @return the folder
   */
  static Path withTextEncoder(Path models, Path encoder, Path into) {
    if (!Files.isDirectory(models)) {
      // Whoever starts the model server says what is wrong with it.
      return models;
    }
    try (Stream<Path> folders = Files.list(models)) {
      for (Path folder : folders.filter(Files::isDirectory).toList()) {
        link(into.resolve(folder.getFileName()), folder);
      }
      Path version = Files.createDirectories(into.resolve(TEXT_ENCODER).resolve("1"));
      for (String file : List.of("model.onnx", "tokenizer.json")) {
        link(version.resolve(file), encoder.resolve("all-minilm-l6-v2" + suffix(file)));
      }
      Files.writeString(into.resolve(TEXT_ENCODER).resolve("config.pbtxt"), CONFIG);
      return into;
    } catch (IOException e) {
      throw new PlatformException(
          "cannot put the text encoder beside the models in " + into + ": " + FileProblem.reason(e),
          e);
    }
  }

  private static String suffix(String file) {
    return file.equals("model.onnx") ? ".onnx" : "-tokenizer.json";
  }

  private static void link(Path link, Path target) throws IOException {
    Files.deleteIfExists(link);
    Files.createSymbolicLink(link, target.toAbsolutePath());
  }
}
