package io.millrace.server.recommender;

import java.nio.file.Path;

/**
 * Everything of one version that must agree with each other. A request is served by one bundle from
 * start to end.
 *
 * @param version the version directory's number
 */
public record Bundle(String version, BundleManifest manifest, Vocabulary vocabulary) {
  /** The graph. */
  public static final String RETRIEVER_FILE = "retriever.onnx";

  static final String VOCABULARY_FILE = "vocabulary.txt";

  /**
   * Reads a version directory.
   *
   * @throws io.millrace.server.inference.ModelLoadException if it is not a whole bundle of that
   *     feature schema
   */
  public static Bundle read(Path directory, String featureSchema) {
    BundleManifest manifest = BundleManifest.verified(directory, featureSchema);
    Vocabulary vocabulary = Vocabulary.read(directory.resolve(VOCABULARY_FILE));
    return new Bundle(directory.getFileName().toString(), manifest, vocabulary);
  }
}
