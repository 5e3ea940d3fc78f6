package io.millrace.server.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** Copies of one bundle that differ in what their manifest says of sources and ranker. */
final class RankedVariants {
  private static final String MANIFEST = "bundle.json";
  private static final String CONFIGURATION = "config.pbtxt";
  private static final int TRIES = 5;
  private static final double CLOSE = 0.03;

  private final Path bundle;
  private final Path folder;
  private int copies;

  /** Of that version folder, in that folder. */
  RankedVariants(Path bundle, Path folder) {
    this.bundle = bundle;
    this.folder = folder;
  }

  /** The retriever's lists, as they were before there were other sources and a ranker. */
  Path withoutRanker() throws IOException {
    return copy(retrieverOnly(), next());
  }

  /**
   * The same where a server finds it: a folder of models, the only one of which has the name and
   * the configuration of the original.
   */
  Path repositoryWithoutRanker() throws IOException {
    Path model = Objects.requireNonNull(bundle.getParent(), "a bundle is MODELS/NAME/VERSION");
    Path repository = folder.resolve("models");
    Path copied = repository.resolve(model.getFileName());
    copy(retrieverOnly(), copied.resolve(bundle.getFileName()));
    Files.copy(model.resolve(CONFIGURATION), copied.resolve(CONFIGURATION));
    return repository;
  }

  /**
   * With quotas such that a row has about that many candidates.
   *
   * @param meanCandidates tells how many a row of a bundle has
   */
  Path withCandidates(int wanted, ToDoubleFunction<Path> meanCandidates) throws IOException {
    double scale = 1;
    double retrieved = manifest().path("k").asInt();
    Path best = copy(scaled(wanted <= retrieved ? 0 : scale), next());
    for (int i = 0; i < TRIES && wanted > retrieved; i++) {
      double mean = meanCandidates.applyAsDouble(best);
      if (Math.abs(mean / wanted - 1) < CLOSE) {
        break;
      }
      scale *= (wanted - retrieved) / Math.max(1, mean - retrieved);
      best = copy(scaled(scale), next());
    }
    return best;
  }

  private ObjectNode manifest() throws IOException {
    return (ObjectNode) new ObjectMapper().readTree(bundle.resolve(MANIFEST).toFile());
  }

  private ObjectNode scaled(double scale) throws IOException {
    ObjectNode manifest = manifest();
    for (JsonNode source : manifest.path("sources")) {
      int quota = (int) Math.round(source.path("quota").asInt() * scale);
      ((ObjectNode) source).put("quota", Math.min(1000, quota));
    }
    if (scale == 0) {
      // A base of lists that brings nothing would be refused.
      manifest.remove("fusion");
    }
    return manifest;
  }

  /** Weights of sources that are not there would be refused. */
  private ObjectNode retrieverOnly() throws IOException {
    ObjectNode manifest = manifest();
    manifest.remove(List.of("ranker", "sources", "fusion"));
    return manifest;
  }

  private Path next() {
    return folder.resolve("bundle-" + copies++).resolve("1");
  }

  private Path copy(ObjectNode manifest, Path target) throws IOException {
    Files.createDirectories(target);
    try (Stream<Path> files = Files.list(bundle)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        if (Files.isRegularFile(file) && !file.endsWith(MANIFEST)) {
          Files.copy(file, target.resolve(file.getFileName()));
        }
      }
    }
    Files.writeString(target.resolve(MANIFEST), manifest.toString());
    return target;
  }
}
