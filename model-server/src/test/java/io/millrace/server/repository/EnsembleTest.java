package io.millrace.server.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.server.TinyModels;
import io.millrace.server.inference.DataType;
import io.millrace.server.inference.InferenceException;
import io.millrace.server.inference.InferenceException.Code;
import io.millrace.server.inference.InferenceRequest;
import io.millrace.server.inference.InferenceResponse;
import io.millrace.server.inference.ModelLoadException;
import io.millrace.server.inference.Responder;
import io.millrace.server.inference.ServedModel;
import io.millrace.server.inference.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Models made of the affine one, y = 2 x + 1. */
@Timeout(60)
@SuppressWarnings("NullAway.Init")
class EnsembleTest {
  private static final int SWAPS = 40;
  private static final String TENSORS =
      """
      platform: "ensemble"
      max_batch_size: 4
      input { name: "start" data_type: TYPE_FP32 dims: -1 }
      output { name: "end" data_type: TYPE_FP32 dims: -1 }
      """;
  private static final String TWICE =
      TENSORS
          + """
          output { name: "middle" data_type: TYPE_FP32 dims: -1 }
          ensemble_scheduling {
            step {
              model_name: "affine" model_version: -1
              input_map { key: "x" value: "middle" }
              output_map { key: "y" value: "end" }
            }
            step {
              model_name: "affine" model_version: 1
              input_map { key: "x" value: "start" }
              output_map { key: "y" value: "middle" }
            }
          }
          """;

  /** Is never asked to take anything. */
  private static final Responder NOBODY =
      new Responder() {
        @Override
        public void complete(InferenceResponse response) {
          throw new AssertionError("answered");
        }

        @Override
        public void fail(InferenceException failure) {
          throw new AssertionError(failure);
        }
      };

  @TempDir Path temporary;
  private RepositoryFolder folder;

  @BeforeEach
  void copy() {
    folder = new RepositoryFolder(temporary.resolve("models"));
    folder.remove("recommender");
    folder.remove("retriever");
  }

  private void add(String name, String config) throws IOException {
    Files.createDirectories(folder.path.resolve(name).resolve("1"));
    folder.write(name + "/config.pbtxt", config);
  }

  private ModelRepository load() {
    return ModelRepository.load(folder.path, TinyModels.defaults(), System::nanoTime);
  }

  private ModelRepository loadExplicitly(String... names) {
    return ModelRepository.load(
        folder.path,
        new ModelControl(ModelControl.Mode.EXPLICIT, Set.of(names)),
        TinyModels.defaults(),
        System::nanoTime);
  }

  private void assertRefused(String config, String... parts) throws IOException {
    add("bad", config);
    assertThatThrownBy(() -> load().close())
        .isInstanceOf(ModelLoadException.class)
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n").contains(parts));
  }

  private static Tensor floats(String name, int rows, float... values) {
    ByteBuffer data =
        ByteBuffer.allocate(Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      data.putFloat(value);
    }
    long[] shape = {rows, values.length / rows};
    return new Tensor(name, DataType.FP32, shape, data.flip());
  }

  private static String ask(ServedModel model, Tensor input) {
    StringBuilder text = new StringBuilder();
    for (Tensor output : Trial.run(model, List.of(input), "the test")) {
      text.append(output.name());
      ByteBuffer data = output.data();
      while (data.hasRemaining()) {
        text.append(' ').append(data.getFloat());
      }
      text.append(';');
    }
    return text.toString();
  }

  @Test
  void stepsGetWhatOthersMadeWhateverTheirOrder() throws IOException {
    add("twice", TWICE);
    try (ModelRepository models = load()) {
      ServedModel twice = models.find("twice", "");
      assertThat(twice.description().platform()).isEqualTo("ensemble");
      assertThat(ask(twice, floats("start", 2, 1, 2, 3, 4)))
          .isEqualTo("end 7.0 11.0 15.0 19.0;middle 3.0 5.0 7.0 9.0;");
      assertThat(twice.statistics().inferences()).isEqualTo(2);
      assertThat(twice.statistics().executions(2)).isEqualTo(1);
      assertThat(models.find("affine", "").statistics().request().count()).isEqualTo(2);
    }
  }

  @Test
  void ensemblesAreMadeOfEnsemblesAndLoadedAfterThem() throws IOException {
    add("twice", TWICE);
    add(
        "aaa-four-times",
        TENSORS
            + """
            ensemble_scheduling {
              step {
                model_name: "twice"
                input_map { key: "start" value: "start" }
                output_map { key: "end" value: "half" }
              }
              step {
                model_name: "twice"
                input_map { key: "start" value: "half" }
                output_map { key: "end" value: "end" }
              }
            }
            """);
    try (ModelRepository models = load()) {
      assertThat(ask(models.find("aaa-four-times", ""), floats("start", 1, 1)))
          .isEqualTo("end 31.0;");
    }
  }

  @Test
  void loadingOneLoadsWhatItIsMadeOfAndUnloadingMay() throws IOException {
    add("twice", TWICE);
    try (ModelRepository models = loadExplicitly()) {
      models.load("twice");
      assertThat(ask(models.find("twice", ""), floats("start", 1, 1))).startsWith("end 7.0;");
      models.unload("twice", false);
      assertThat(models.find("affine", "").description().name()).isEqualTo("affine");
      models.load("twice");
      models.unload("twice", true);
      assertThat(models.models()).isEmpty();
    }
    try (ModelRepository models = loadExplicitly("twice")) {
      assertThat(models.models()).hasSize(2);
    }
  }

  @Test
  void whenAModelIsGoneItsEnsembleSaysSo() throws IOException {
    add("twice", TWICE);
    try (ModelRepository models = loadExplicitly("twice")) {
      models.unload("affine", false);
      ServedModel twice = models.find("twice", "");
      assertThatThrownBy(() -> ask(twice, floats("start", 1, 1)))
          .hasMessageContaining("model 'twice', step 'affine': model 'affine' does not exist");
      assertThat(twice.drain()).isCompleted();
    }
  }

  @Test
  void aRequestIsAnsweredByOneVersionOfAModelWhileVersionsChange() throws Exception {
    add("twice", TWICE.replace("model_version: 1", "model_version: -1"));
    try (ModelRepository models = loadExplicitly("twice")) {
      Set<String> versions = ConcurrentHashMap.newKeySet();
      List<Throwable> failures =
          CallersDuringSwaps.run(
              SWAPS,
              swap -> {
                if (swap % 2 == 0) {
                  folder.addVersion("affine", "1", "2");
                  folder.triple("2");
                } else {
                  folder.remove("affine/2");
                }
                models.load("affine");
              },
              x -> {
                InferenceResponse answer = answer(models, floats("start", 1, x));
                String version = answer.notes().getOrDefault("affine.version", "none");
                float slope = version.equals("2") ? 3 : 2;
                assertThat(answer.outputs().get(0).data().getFloat(0))
                    .isEqualTo(slope * (slope * x + 1) + 1);
                versions.add(version);
              });
      assertThat(failures).isEmpty();
      assertThat(versions).containsExactlyInAnyOrder("1", "2");
      models.unload("affine", false);
      assertThat(models.versionsFreed()).isEqualTo(SWAPS + 1);
    }
  }

  private static InferenceResponse answer(ModelRepository models, Tensor input) {
    CompletableFuture<InferenceResponse> answer = new CompletableFuture<>();
    InferenceRequest request =
        new InferenceRequest(
            "", List.of(input), List.of("end"), Map.of(), Long.MAX_VALUE, () -> false);
    models.infer(
        "twice",
        "",
        request,
        new Responder() {
          @Override
          public void complete(InferenceResponse response) {
            answer.complete(response);
          }

          @Override
          public void fail(InferenceException failure) {
            answer.completeExceptionally(failure);
          }
        });
    return answer.join();
  }

  @Test
  void requestsThatDoNotFitAreRefusedBeforeAnyStep() throws IOException {
    add("twice", TWICE);
    try (ModelRepository models = load()) {
      ServedModel twice = models.find("twice", "");
      assertInvalid(twice, floats("begin", 1, 1), "has no input 'begin'; it has [start]");
      assertInvalid(twice, floats("start", 5, 1, 2, 3, 4, 5), "batch size is 5; it goes from 1");
      assertThat(models.find("affine", "").statistics().request().count()).isZero();
    }
  }

  private static void assertInvalid(ServedModel model, Tensor input, String message) {
    InferenceRequest request =
        new InferenceRequest("", List.of(input), List.of(), Map.of(), Long.MAX_VALUE, () -> false);
    assertThatThrownBy(() -> model.infer(request, NOBODY))
        .isInstanceOfSatisfying(
            InferenceException.class,
            failure -> assertThat(failure.code()).isEqualTo(Code.INVALID_ARGUMENT))
        .hasMessageContaining(message);
  }

  @Test
  void drainingLetsWhatWasTakenGoThroughEveryStep() throws IOException {
    add("twice", TWICE);
    try (ModelRepository models = load()) {
      ask(models.find("twice", ""), floats("start", 1, 1));
      assertThat(models.drain()).succeedsWithin(Duration.ofSeconds(30));
      ServedModel twice = models.find("twice", "");
      InferenceRequest late =
          new InferenceRequest(
              "", List.of(floats("start", 1, 1)), List.of(), Map.of(), Long.MAX_VALUE, () -> false);
      assertThat(twice.infer(late, NOBODY)).isFalse();
    }
  }

  @Test
  void stepsThatWaitForEachOtherAreRefused() throws IOException {
    assertRefused(
        TWICE.replace("value: \"start\"", "value: \"end\""),
        "model 'bad'",
        "steps '[affine, affine]' wait for each other's outputs");
  }

  @Test
  void ensemblesOfEachOtherAreRefused() throws IOException {
    add("other", TWICE.replace("\"affine\"", "\"bad\""));
    assertRefused(TWICE.replace("\"affine\"", "\"other\""), "are made of each other");
  }

  @Test
  void whatDoesNotFitIsRefusedByName() throws IOException {
    assertRefused(
        TWICE.replace("key: \"x\"", "key: \"z\""),
        "input_map '[z]' must have the model's input 'x'");
    assertRefused(
        TWICE.replace("key: \"y\"", "key: \"z\""), "output_map 'z' is not the model's; it has [y]");
    assertRefused(
        TWICE.replace("value: \"start\"", "value: \"nowhere\""),
        "input_map 'nowhere' is no input of the ensemble and no step's output");
    assertRefused(
        TWICE.replace(
            "\"end\" data_type: TYPE_FP32 dims: -1", "\"end\" data_type: TYPE_INT32 dims: -1"),
        "output 'end' 'end FP32[-1, -1]' does not fit INT32[-1, -1]");
    assertRefused(
        TWICE.replace("\"start\" data_type: TYPE_FP32 dims: -1", "\"start\" data_type: TYPE_FP32"),
        "does not fit FP32[-1, -1]");
    assertRefused(
        TWICE.replace("name: \"end\"", "name: \"missing\""),
        "output 'missing' must be in the output_map of a step");
    assertRefused(
        TWICE.replace("\"affine\" model_version: 1", "\"nothing\""),
        "step 'nothing' cannot be made: it is not loaded; there are [affine]");
    assertRefused(TWICE.replace("model_version: 1", "model_version: 7"), "no version '7' loaded");
    assertRefused(
        TWICE.replace("max_batch_size: 4", "max_batch_size: 9"),
        "max_batch_size '9' is above that of step 'affine', which is 8");
  }

  @Test
  void settingsWithoutAMeaningAreRefused() throws IOException {
    assertRefused(TENSORS, "ensemble_scheduling 'without steps' must have at least one step");
    assertRefused(
        TWICE.replace("platform: \"ensemble\"", "platform: \"onnxruntime_onnx\""),
        "platform 'onnxruntime_onnx' must be 'ensemble' with ensemble_scheduling");
    assertRefused(TWICE + "instance_group { count: 2 }", "instance_group '1 entries'");
    assertRefused(TWICE + "backend: \"millrace\"", "backend 'millrace' has no meaning");
    assertRefused(TWICE + "dynamic_batching { }", "config.pbtxt");
  }
}
