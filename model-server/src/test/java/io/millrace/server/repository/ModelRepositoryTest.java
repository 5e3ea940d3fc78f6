package io.millrace.server.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.schemas.FeatureSchema;
import io.millrace.server.TinyModels;
import io.millrace.server.inference.ModelLoadException;
import io.millrace.server.inference.TensorSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which folders are served, and how the others are refused. */
@SuppressWarnings("NullAway.Init")
class ModelRepositoryTest {
  @TempDir Path temporary;
  private Path folder;

  @BeforeEach
  void copy() {
    folder = TinyModels.copyTo(temporary.resolve("models"));
  }

  private ModelRepository load() {
    return ModelRepository.load(folder, TinyModels.defaults(), System::nanoTime);
  }

  private void assertRefused(String... parts) {
    assertThatThrownBy(() -> load().close())
        .isInstanceOf(ModelLoadException.class)
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n").contains(parts));
  }

  private void edit(String file, String from, String to) throws IOException {
    Path path = folder.resolve(file);
    String text = Files.readString(path);
    assertThat(text).contains(from);
    Files.writeString(path, text.replace(from, to));
  }

  private void copyVersion(String model, String from, String to) throws IOException {
    Path target = Files.createDirectory(folder.resolve(model).resolve(to));
    try (var files = Files.list(folder.resolve(model).resolve(from))) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Files.copy(file, target.resolve(file.getFileName()));
      }
    }
  }

  @Test
  void theHighestVersionIsServed() throws IOException {
    copyVersion("recommender", "1", "9");
    copyVersion("recommender", "1", "10");
    Files.createDirectory(folder.resolve("recommender/.partial"));
    Files.createDirectory(folder.resolve("recommender/notes"));
    try (ModelRepository models = load()) {
      assertThat(models.find("recommender", "").description().version()).isEqualTo("10");
      assertThat(models.find("recommender", "").description().properties())
          .containsEntry("bundle_version", "10");
      assertThat(models.ready()).isTrue();
    }
  }

  @Test
  void hiddenFoldersAreNotModels() throws IOException {
    Files.createDirectories(folder.resolve(".staging/1"));
    try (ModelRepository models = load()) {
      assertThat(models.models()).hasSize(3);
    }
  }

  @Test
  void drainingIsNotReady() {
    try (ModelRepository models = load()) {
      assertThat(models.drain()).isCompleted();
      assertThat(models.ready()).isFalse();
    }
  }

  @Test
  void aConfigurationWithoutTensorsIsCompletedFromTheGraph() {
    try (ModelRepository models = load()) {
      assertThat(models.find("affine", "").description().inputs())
          .extracting(TensorSpec::toString)
          .containsExactly("TensorSpec[name=x, type=FP32, shape=[-1, -1], optional=false]");
    }
  }

  @Test
  void aMissingOrEmptyRepositoryIsRefused() throws IOException {
    folder = temporary.resolve("nowhere");
    assertRefused("--model-repository", "nowhere", "is not a folder");
    Files.createDirectory(folder);
    assertRefused("--model-repository", "holds no models");
  }

  @Test
  void aModelWithoutConfigurationOrVersionIsRefused() throws IOException {
    Files.delete(folder.resolve("affine/config.pbtxt"));
    assertRefused("model 'affine'", "config.pbtxt is missing");
    Files.createDirectory(folder.resolve("aardvark"));
    Files.writeString(folder.resolve("aardvark/config.pbtxt"), "backend: \"onnxruntime\"");
    assertRefused("aardvark has no version");
  }

  @Test
  void anUnsupportedFieldIsRefusedByNameAndLine() throws IOException {
    edit("affine/config.pbtxt", "max_batch_size: 8", "max_batch_size: 8\nsequence_batching { }");
    assertRefused("model 'affine'", "line 3: field 'sequence_batching' is not supported");
  }

  @Test
  void anUnsupportedNestedFieldIsRefused() throws IOException {
    edit(
        "affine/config.pbtxt",
        "dynamic_batching { }",
        "dynamic_batching { preserve_ordering: true }");
    assertRefused("field 'preserve_ordering' is not supported");
  }

  @Test
  void unsupportedValuesAreRefusedByFieldAndValue() throws IOException {
    edit("affine/config.pbtxt", "\"onnxruntime\"", "\"python\"");
    assertRefused("model 'affine'", "backend 'python' is not supported; use 'onnxruntime'");
    edit("affine/config.pbtxt", "\"python\"", "\"onnxruntime\"\nname: \"other\"");
    assertRefused("name 'other' must be the folder's, 'affine'");
    edit("affine/config.pbtxt", "\"other\"", "\"affine\"\ndefault_model_filename: \"../x\"");
    assertRefused("default_model_filename '../x' must be a name inside");
    edit("affine/config.pbtxt", "\"../x\"", "\"model.onnx\" instance_group { kind: KIND_MODEL }");
    assertRefused("instance_group.kind 'KIND_MODEL' is not supported");
    edit("affine/config.pbtxt", "KIND_MODEL", "KIND_CPU count: -1");
    assertRefused("instance_group.count '-1' must be at least 1");
    edit("affine/config.pbtxt", "count: -1", "count: 1");
    load().close();
  }

  @Test
  void brokenTextIsRefused() throws IOException {
    edit("affine/config.pbtxt", "max_batch_size: 8", "max_batch_size: eight");
    assertRefused("model 'affine'", "config.pbtxt", "eight");
  }

  @Test
  void tensorsThatContradictTheGraphAreRefused() throws IOException {
    edit("retriever/config.pbtxt", "name: \"score\" data_type: TYPE_FP32", "name: \"score\"");
    assertRefused("model 'retriever'", "output 'score' data_type is missing");
    edit("retriever/config.pbtxt", "name: \"score\"", "name: \"score\" data_type: TYPE_FP64");
    assertRefused("output 'score'", "FP64 [-1, 12]", "contradicts the graph", "FP32 [-1, 12]");
    edit("retriever/config.pbtxt", "name: \"score\" data_type: TYPE_FP64", "name: \"points\"");
    edit("retriever/config.pbtxt", "name: \"points\"", "name: \"points\" data_type: TYPE_FP32");
    assertRefused("output 'points' does not exist; there are [candidate, score]");
  }

  @Test
  void anInputOfTheGraphThatNobodyFeedsIsRefused() throws IOException {
    edit("retriever/config.pbtxt", "target_name: \"exclude_ends\"", "target_name: \"row_ends\"");
    assertRefused("model 'retriever'", "'row_ends' is listed twice");
  }

  @Test
  void aBatchInputOfAnotherShapeThanTheGraphsIsRefused() throws IOException {
    edit("retriever/config.pbtxt", "BATCH_ACCUMULATED_ELEMENT_COUNT", "BATCH_ITEM_SHAPE");
    assertRefused("batch_input 'row_ends'", "contradicts the graph");
  }

  @Test
  void aFileThatIsNoGraphIsRefused() throws IOException {
    Files.writeString(folder.resolve("affine/1/model.onnx"), "not a graph");
    assertRefused("model 'affine'", "model.onnx", "ONNX Runtime cannot load it");
    Files.delete(folder.resolve("affine/1/model.onnx"));
    assertRefused("model 'affine'", "model.onnx is missing");
  }

  @Test
  void cudaThatIsNotThereIsAnErrorAndNotTheCpu() throws IOException {
    edit(
        "affine/config.pbtxt",
        "max_batch_size",
        "instance_group { kind: KIND_GPU }\nmax_batch_size");
    assertRefused("model 'affine'", "provider cuda was asked for and is not available");
  }

  @Test
  void aRecommenderWithOtherTensorsIsRefused() throws IOException {
    edit("recommender/config.pbtxt", "\"exclude_id\" data_type", "\"filter\" data_type");
    assertRefused("model 'recommender'", "input 'filter'", "is not the recommender's");
    edit("recommender/config.pbtxt", "\"filter\" data_type", "\"exclude_id\" data_type");
    edit("recommender/config.pbtxt", "max_batch_size: 64", "max_batch_size: 0");
    assertRefused("max_batch_size '0' must be at least 1 for the recommender");
  }

  @Test
  void aDamagedBundleFileIsRefused() throws IOException {
    edit("recommender/1/vocabulary.txt", "item-9", "item-0");
    assertRefused("model 'recommender'", "vocabulary.txt is not the file", "sha256");
    edit("recommender/1/vocabulary.txt", "item-0", "item-00");
    assertRefused("model 'recommender'", "vocabulary.txt is not the file", "bytes");
    Files.delete(folder.resolve("recommender/1/popular.tsv"));
    edit("recommender/1/vocabulary.txt", "item-00", "item-9");
    assertRefused("popular.tsv is listed in bundle.json and missing");
  }

  @Test
  void anotherFeatureSchemaIsRefusedWithBothHashes() throws IOException {
    edit("recommender/1/bundle.json", FeatureSchema.hash(), "0123456789abcdef");
    assertRefused("bundle.json", "'0123456789abcdef'", "'" + FeatureSchema.hash() + "'");
  }

  @Test
  void brokenManifestsAreRefused() throws IOException {
    edit("recommender/1/bundle.json", "\"format\": 1", "\"format\": 2");
    assertRefused("bundle.json: format is 2, this server reads 1");
    edit("recommender/1/bundle.json", "\"format\": 2", "\"format\": 1, \"k\": 0, \"x\": 1");
    edit("recommender/1/bundle.json", "\"k\": 12,", "");
    assertRefused("bundle.json: k is 0, must be an integer of at least 1");
    edit("recommender/1/bundle.json", "\"popular.tsv\"", "\"../popular.tsv\"");
    assertRefused("'../popular.tsv', which is not a name in this folder");
    Files.writeString(folder.resolve("recommender/1/bundle.json"), "{");
    assertRefused("bundle.json: not JSON");
  }

  @Test
  void aBundleWhoseGraphReturnsMoreOrLessThanItPromisesIsRefused() throws IOException {
    edit("recommender/1/bundle.json", "\"k\": 12", "\"k\": 11");
    assertRefused("model 'recommender'", "retriever.onnx fails on its warm-up");
  }
}
