package io.millrace.server.repository;

import com.google.protobuf.TextFormat;
import io.millrace.schemas.inference.ModelConfig;
import io.millrace.schemas.inference.ModelInstanceGroup;
import io.millrace.server.ensemble.EnsembleModel;
import io.millrace.server.inference.ModelLoadException;
import io.millrace.server.recommender.RecommenderModel;
import io.millrace.server.text.TextEncoder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads {@code config.pbtxt}; whatever it says is either done or refused by name. */
final class ModelConfigFile {
  private static final String ONNX_PLATFORM = "onnxruntime_onnx";
  private static final String ONNX_BACKEND = "onnxruntime";
  private static final Pattern UNKNOWN_FIELD =
      Pattern.compile("(\\d+):\\d+:\\tinference\\.[\\w.]*?(\\w+)(?=\\n|$)");

  private ModelConfigFile() {}

  /**
   * Reads and checks.
   *
   * @param folder the model's name, which the configuration must not contradict
   * @throws ModelLoadException naming the file, the field, and the fix
   */
  static ModelConfig read(Path file, String folder) {
    ModelConfig config = parse(file);
    require(
        config.getName().isEmpty() || config.getName().equals(folder),
        file,
        "name",
        config.getName(),
        "must be the folder's, '" + folder + "'");
    if (isEnsemble(config)) {
      EnsembleConfig.check(file, config);
    } else {
      checkBackend(file, config);
    }
    require(
        config.getMaxBatchSize() >= 0,
        file,
        "max_batch_size",
        config.getMaxBatchSize(),
        "must be at least 0");
    checkInstanceGroup(file, config);
    String filename = config.getDefaultModelFilename();
    require(
        !filename.contains("/") && !filename.contains("\\") && !filename.startsWith("."),
        file,
        "default_model_filename",
        filename,
        "must be a name inside the version folder");
    return config;
  }

  private static ModelConfig parse(Path file) {
    ModelConfig.Builder config = ModelConfig.newBuilder();
    try {
      TextFormat.merge(Files.readString(file, StandardCharsets.UTF_8), config);
      return config.build();
    } catch (TextFormat.ParseException e) {
      Matcher unknown = UNKNOWN_FIELD.matcher(String.valueOf(e.getMessage()));
      throw new ModelLoadException(
          unknown.find()
              ? String.format(
                  "%s line %s: field '%s' is not supported; remove it",
                  file, unknown.group(1), unknown.group(2))
              : file + ": " + e.getMessage(),
          e);
    } catch (NoSuchFileException e) {
      throw new ModelLoadException(
          file + " is missing; it says how the model in this folder is served", e);
    } catch (IOException e) {
      throw new ModelLoadException(file + " cannot be read: " + e, e);
    }
  }

  /** Whether the model is made of others. */
  static boolean isEnsemble(ModelConfig config) {
    return config.getPlatform().equals(EnsembleModel.PLATFORM) || config.hasEnsembleScheduling();
  }

  private static void checkBackend(Path file, ModelConfig config) {
    String backend = config.getBackend();
    String platform = config.getPlatform();
    require(
        platform.isEmpty() || platform.equals(ONNX_PLATFORM),
        file,
        "platform",
        platform,
        "is not supported; use '" + ONNX_PLATFORM + "' or '" + EnsembleModel.PLATFORM + "'");
    require(
        backend.equals(ONNX_BACKEND)
            || (backend.equals(RecommenderModel.BACKEND) && platform.isEmpty())
            || (isTextEncoder(config) && platform.isEmpty())
            || (backend.isEmpty() && !platform.isEmpty()),
        file,
        "backend",
        backend,
        String.format(
            "is not supported; use '%s', '%s' or '%s'",
            ONNX_BACKEND, RecommenderModel.BACKEND, TextEncoder.BACKEND));
  }

  private static void checkInstanceGroup(Path file, ModelConfig config) {
    require(
        config.getInstanceGroupCount() <= 1,
        file,
        "instance_group",
        config.getInstanceGroupCount() + " groups",
        "are not supported; use one");
    for (ModelInstanceGroup group : config.getInstanceGroupList()) {
      require(
          group.getCount() >= 0,
          file,
          "instance_group.count",
          group.getCount(),
          "must be at least 1");
      require(
          group.getKind() != ModelInstanceGroup.Kind.UNRECOGNIZED
              && group.getKind() != ModelInstanceGroup.Kind.KIND_MODEL,
          file,
          "instance_group.kind",
          group.getKind(),
          "is not supported; use KIND_AUTO, KIND_CPU or KIND_GPU");
    }
  }

  /** Whether the model is served by the recommender backend. */
  static boolean isRecommender(ModelConfig config) {
    return config.getBackend().equals(RecommenderModel.BACKEND);
  }

  /** Whether the model turns texts into vectors. */
  static boolean isTextEncoder(ModelConfig config) {
    return config.getBackend().equals(TextEncoder.BACKEND);
  }

  static void require(boolean holds, Path file, String field, Object value, String fix) {
    if (!holds) {
      throw new ModelLoadException(String.format("%s: %s '%s' %s", file, field, value, fix));
    }
  }
}
