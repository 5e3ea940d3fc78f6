package io.millrace.server.recommender;

import io.millrace.server.sources.ItemSources;
import io.millrace.server.sources.ItemTexts;
import io.millrace.server.sources.ItemVectors;
import io.millrace.server.sources.KeywordIndex;
import java.nio.file.Path;

/**
 * Everything of one version that must agree with each other. A request is served by one bundle from
 * start to end.
 *
 * @param version the version directory's number
 * @param sources what brings items beside the retriever
 */
public record Bundle(
    String version, BundleManifest manifest, Vocabulary vocabulary, ItemSources sources) {
  /** The graph. */
  public static final String RETRIEVER_FILE = "retriever.onnx";

  /**
   * Optional: what items are called and what is known of them, a line for each. Without it keywords
   * are ignored, and answers say so.
   */
  static final String ITEM_TEXTS_FILE = "items.tsv";

  /**
   * Optional: the vector of each item's text. Without it a profile's is for the retriever alone.
   */
  static final String ITEM_VECTORS_FILE = "item-vectors.f16";

  /** Optional: how often each item was met in training. */
  static final String POPULAR_FILE = "popular.tsv";

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
    return new Bundle(
        directory.getFileName().toString(),
        manifest,
        vocabulary,
        sources(directory, manifest, vocabulary));
  }

  private static ItemSources sources(
      Path directory, BundleManifest manifest, Vocabulary vocabulary) {
    int items = vocabulary.size();
    boolean keywords =
        manifest.fusion().useKeywords() && manifest.files().contains(ITEM_TEXTS_FILE);
    boolean profile =
        manifest.fusion().useProfile() && manifest.files().contains(ITEM_VECTORS_FILE);
    if (!keywords && !profile) {
      return ItemSources.NONE;
    }
    return new ItemSources(
        keywords
            ? KeywordIndex.of(ItemTexts.read(directory.resolve(ITEM_TEXTS_FILE), items))
            : null,
        profile ? ItemVectors.read(directory.resolve(ITEM_VECTORS_FILE), items) : null,
        manifest.fusion(),
        PopularFile.order(
            manifest.files().contains(POPULAR_FILE) ? directory.resolve(POPULAR_FILE) : null,
            vocabulary));
  }
}
