package io.millrace.server.recommender;

import io.millrace.server.sources.ItemSources;
import io.millrace.server.sources.ItemTexts;
import io.millrace.server.sources.ItemVectors;
import io.millrace.server.sources.KeywordIndex;
import io.millrace.server.sources.LikeMinded;
import io.millrace.server.sources.NeighbourTable;
import io.millrace.server.sources.NewItems;
import io.millrace.server.sources.Source;
import io.millrace.server.sources.SourceSettings;
import io.millrace.server.sources.TextVectors;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;

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
   * Optional: the vector of each item's text. Without it a profile's is for the retriever alone,
   * and lists cannot be made diverse.
   */
  static final String ITEM_VECTORS_FILE = "item-vectors.f16";

  /** What those like who say something of themselves; there where lists are based on it. */
  static final String LIKE_MINDED_FILE = "like-minded.table";

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

  /** Whether the bundle's ranker is told of that feature. */
  boolean ranks(String feature) {
    return manifest.ranker() != null && manifest.ranker().features().contains(feature);
  }

  /** Whether it makes a difference what a caller says is popular. */
  boolean usesPopularNow() {
    return manifest.ranker() != null
        && (ranks("popular_now")
            || ranks("popular_now_place")
            || manifest.sources().quota(Source.POPULAR_NOW) > 0
            || manifest.sources().quota(Source.RISING) > 0);
  }

  private static ItemSources sources(
      Path directory, BundleManifest manifest, Vocabulary vocabulary) {
    boolean ranked = manifest.ranker() != null;
    boolean keywords =
        manifest.files().contains(ITEM_TEXTS_FILE)
            && (manifest.fusion().useKeywords()
                || manifest.fusion().isBase(Source.LIKE_MINDED)
                || (ranked && manifest.sources().quota(Source.KEYWORDS) > 0));
    boolean profile =
        manifest.fusion().useProfile() || (ranked && manifest.sources().quota(Source.PROFILE) > 0);
    int items = vocabulary.size();
    TextVectors texts =
        manifest.files().contains(ITEM_VECTORS_FILE)
            ? TextVectors.read(directory.resolve(ITEM_VECTORS_FILE), items)
            : null;
    return new ItemSources(
        keywords
            ? KeywordIndex.of(ItemTexts.read(directory.resolve(ITEM_TEXTS_FILE), items))
            : null,
        profile && texts != null ? ItemVectors.of(texts) : null,
        texts,
        ranked ? tables(directory, manifest, items) : Map.of(),
        newItems(directory, manifest, vocabulary),
        manifest.fusion().isBase(Source.LIKE_MINDED)
            ? LikeMinded.read(
                manifest.listed(directory, "the table of the base like_minded", LIKE_MINDED_FILE),
                items)
            : null,
        manifest.fusion(),
        manifest.sources(),
        ranked,
        PopularFile.read(
            manifest.files().contains(POPULAR_FILE) ? directory.resolve(POPULAR_FILE) : null,
            vocabulary));
  }

  private static NewItems newItems(Path directory, BundleManifest manifest, Vocabulary vocabulary) {
    SourceSettings.Fresh fresh = manifest.sources().fresh();
    return fresh == null
        ? NewItems.NONE
        : NewItemsFile.read(
            manifest.listed(directory, "sources.fresh.file", fresh.file()), vocabulary);
  }

  private static Map<Source, NeighbourTable> tables(
      Path directory, BundleManifest manifest, int items) {
    Map<Source, NeighbourTable> tables = new EnumMap<>(Source.class);
    manifest
        .sources()
        .tables()
        .forEach(
            (source, table) -> {
              String key = "sources." + source.label() + ".file";
              Path file = manifest.listed(directory, key, table.file());
              tables.put(source, NeighbourTable.read(file, items));
            });
    return tables;
  }
}
