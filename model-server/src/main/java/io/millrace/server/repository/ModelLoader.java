package io.millrace.server.repository;

import io.millrace.schemas.FeatureSchema;
import io.millrace.schemas.inference.ModelConfig;
import io.millrace.server.ensemble.EnsembleModel;
import io.millrace.server.inference.Graph;
import io.millrace.server.inference.ModelCatalogue;
import io.millrace.server.inference.ModelLoadException;
import io.millrace.server.inference.ServedModel;
import io.millrace.server.model.GraphOptions;
import io.millrace.server.model.OnnxGraph;
import io.millrace.server.raw.RawModel;
import io.millrace.server.recommender.RecommenderModel;
import io.millrace.server.text.TextEncoder;
import io.millrace.server.text.Tokenizer;
import io.millrace.server.text.TokenizerFile;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/** Makes a model that serves out of a model folder. */
final class ModelLoader {
  private static final String MODEL_FILE = "model.onnx";

  private final ServingDefaults defaults;
  private final LongSupplier clock;
  private final ModelCatalogue models;

  /**
   * Loads.
   *
   * @param models what the steps of ensembles are found in
   */
  ModelLoader(ServingDefaults defaults, LongSupplier clock, ModelCatalogue models) {
    this.defaults = defaults;
    this.clock = clock;
    this.models = models;
  }

  /**
   * Loads a version, warms it up and checks it.
   *
   * @param version its folder
   * @param config as {@link ModelConfigFile} has read it
   * @throws ModelLoadException if it cannot be served
   */
  ServedModel load(ModelFolder folder, Path version, ModelConfig config) {
    ServedModel model = create(folder, version, config);
    try {
      new Warmup(folder, config).run(model, instances(config));
      GoldenRequest.check(version, model);
      return model;
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }

  private ServedModel create(ModelFolder folder, Path version, ModelConfig config) {
    if (ModelConfigFile.isEnsemble(config)) {
      return new EnsembleModel(
          new EnsembleBuilder(folder.configFile(), config, models)
              .build(folder.name(), version.getFileName().toString()),
          models,
          clock,
          InstantSource.system());
    }
    if (ModelConfigFile.isTextEncoder(config)) {
      return loadTextEncoder(folder, version, config);
    }
    GraphOptions options = new GraphSettings(folder.configFile(), config, defaults).options();
    if (ModelConfigFile.isRecommender(config)) {
      RecommenderConfig.check(folder.configFile(), config);
      return RecommenderModel.load(
          folder.name(),
          version,
          FeatureSchema.hash(),
          file -> OnnxGraph.load(file, options),
          instances(config),
          new BatchingSettings(folder.configFile(), config, defaults)
              .limits(cappedBatchSize(config)),
          clock);
    }
    return loadRaw(folder, version, config, options);
  }

  private TextEncoder loadTextEncoder(ModelFolder folder, Path version, ModelConfig config) {
    TextEncoderSettings settings = new TextEncoderSettings(folder.configFile(), config);
    ModelConfig rest = settings.withoutThese();
    Tokenizer tokenizer =
        TokenizerFile.read(version.resolve(settings.tokenizer()), settings.mostTokens());
    try {
      Graph graph =
          OnnxGraph.load(
              modelFile(version, config),
              new GraphSettings(folder.configFile(), rest, defaults).options());
      try {
        return new TextEncoder(
            folder.name(),
            version.getFileName().toString(),
            graph,
            tokenizer,
            settings.mostTokens(),
            instances(config),
            new BatchingSettings(folder.configFile(), config, defaults)
                .limits(cappedBatchSize(config)),
            clock);
      } catch (RuntimeException e) {
        graph.close();
        throw e;
      }
    } catch (RuntimeException e) {
      tokenizer.close();
      throw e;
    }
  }

  private static Path modelFile(Path version, ModelConfig config) {
    String filename = config.getDefaultModelFilename();
    return version.resolve(filename.isEmpty() ? MODEL_FILE : filename);
  }

  private RawModel loadRaw(
      ModelFolder folder, Path version, ModelConfig config, GraphOptions options) {
    Graph graph = OnnxGraph.load(modelFile(version, config), options);
    try {
      int maxBatchSize = cappedBatchSize(config);
      return new RawModel(
          folder.name(),
          version.getFileName().toString(),
          config.getPlatform().isEmpty() ? config.getBackend() : config.getPlatform(),
          graph,
          new SignatureBuilder(folder.configFile(), config, graph, maxBatchSize).build(),
          instances(config),
          new BatchingSettings(folder.configFile(), config, defaults)
              .limits(Math.max(1, maxBatchSize)),
          clock);
    } catch (RuntimeException e) {
      graph.close();
      throw e;
    }
  }

  private int cappedBatchSize(ModelConfig config) {
    return Math.min(config.getMaxBatchSize(), defaults.maxBatch());
  }

  private int instances(ModelConfig config) {
    int count = config.getInstanceGroupCount() == 0 ? 0 : config.getInstanceGroup(0).getCount();
    return count == 0 ? defaults.instances() : count;
  }
}
