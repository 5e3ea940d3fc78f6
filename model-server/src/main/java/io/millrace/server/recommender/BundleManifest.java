package io.millrace.server.recommender;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.server.inference.ModelLoadException;
import io.millrace.server.ranking.RankerSettings;
import io.millrace.server.sources.FusionWeights;
import io.millrace.server.sources.Source;
import io.millrace.server.sources.SourceSettings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a bundle's {@code bundle.json} promises about the files beside it.
 *
 * @param featureSchema hash of the feature schema that the model was trained on
 * @param maxHistory most items of a history that the graph looks at
 * @param k candidates that the graph returns for each row
 * @param fusion how much keywords and profile count beside the retriever
 * @param sources how much each source brings to a ranker
 * @param ranker null without one
 * @param files names of all files that it lists
 */
public record BundleManifest(
    String featureSchema,
    int maxHistory,
    int k,
    FusionWeights fusion,
    SourceSettings sources,
    @Nullable RankerSettings ranker,
    Set<String> files) {
  static final String FILE = "bundle.json";
  private static final int FORMAT = 1;
  private static final int CHUNK_BYTES = 1 << 16;

  /**
   * Reads the manifest and verifies every file that it lists.
   *
   * @param requiredFeatureSchema hash of the only feature schema that is accepted
   * @throws ModelLoadException naming the file and what is wrong with it
   */
  static BundleManifest verified(Path directory, String requiredFeatureSchema) {
    Path file = directory.resolve(FILE);
    JsonNode json = parse(file);
    if (json.path("format").asInt(-1) != FORMAT) {
      throw broken(file, "format is " + json.path("format") + ", this server reads " + FORMAT);
    }
    String featureSchema = json.path("feature_schema").asText();
    if (!featureSchema.equals(requiredFeatureSchema)) {
      throw broken(
          file,
          String.format(
              "feature_schema is '%s', this server computes features by '%s'; train the model with"
                  + " this version of the features",
              featureSchema, requiredFeatureSchema));
    }
    JsonNode files = json.path("files");
    for (String required : new String[] {Bundle.RETRIEVER_FILE, Bundle.VOCABULARY_FILE}) {
      if (!files.has(required)) {
        throw broken(file, "files does not list " + required);
      }
    }
    Set<String> names = new HashSet<>();
    for (Map.Entry<String, JsonNode> entry : files.properties()) {
      verify(directory, file, entry.getKey(), entry.getValue());
      names.add(entry.getKey());
    }
    FusionWeights fusion = FusionWeights.read(file.toString(), json.path("fusion"));
    SourceSettings sources = SourceSettings.read(file.toString(), json.path("sources"));
    if (fusion.isBase(Source.POPULAR) && sources.quota(Source.POPULAR) == 0) {
      throw broken(file, "fusion bases lists on popular items, but sources.popular brings none");
    }
    return new BundleManifest(
        featureSchema,
        positive(file, json, "max_history"),
        positive(file, json, "k"),
        fusion,
        sources,
        json.path("ranker").isMissingNode()
            ? null
            : RankerSettings.read(file.toString(), json.path("ranker")),
        names);
  }

  /**
   * A file that another part of the manifest names.
   *
   * @param key where it is named
   * @throws ModelLoadException if it is not among those that the manifest lists
   */
  Path listed(Path directory, String key, String name) {
    if (!files.contains(name)) {
      throw broken(directory.resolve(FILE), key + " is '" + name + "', which files does not list");
    }
    return directory.resolve(name);
  }

  private static JsonNode parse(Path file) {
    try {
      return new ObjectMapper().readTree(file.toFile());
    } catch (JsonProcessingException e) {
      throw broken(file, "not JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw new ModelLoadException(file + " cannot be read: " + e, e);
    }
  }

  private static int positive(Path file, JsonNode json, String key) {
    JsonNode value = json.path(key);
    if (!value.isInt() || value.intValue() < 1) {
      throw broken(file, key + " is " + value + ", must be an integer of at least 1");
    }
    return value.intValue();
  }

  private static void verify(Path directory, Path manifest, String name, JsonNode promise) {
    if (name.contains("/") || name.contains("\\") || name.startsWith(".")) {
      throw broken(manifest, "files lists '" + name + "', which is not a name in this folder");
    }
    Path file = directory.resolve(name);
    if (!Files.isRegularFile(file)) {
      throw new ModelLoadException(file + " is listed in " + FILE + " and missing");
    }
    try {
      long bytes = Files.size(file);
      if (bytes != promise.path("bytes").asLong(-1)) {
        throw damaged(file, "bytes", promise.path("bytes").asText(), Long.toString(bytes));
      }
      String sha256 = sha256(file);
      if (!sha256.equals(promise.path("sha256").asText())) {
        throw damaged(file, "sha256", promise.path("sha256").asText(), sha256);
      }
    } catch (IOException e) {
      throw new ModelLoadException(file + " cannot be read: " + e, e);
    }
  }

  private static String sha256(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] chunk = new byte[CHUNK_BYTES];
      for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
        digest.update(chunk, 0, read);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  private static ModelLoadException broken(Path file, String what) {
    return new ModelLoadException(file + ": " + what);
  }

  private static ModelLoadException damaged(Path file, String key, String promised, String found) {
    return new ModelLoadException(
        String.format(
            "%s is not the file that %s lists: %s %s promised, %s found; copy or export the bundle"
                + " again",
            file, FILE, key, promised, found));
  }
}
