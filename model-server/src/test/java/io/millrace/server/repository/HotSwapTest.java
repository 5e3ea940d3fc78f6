package io.millrace.server.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.server.TinyModels;
import io.millrace.server.inference.HeldModel;
import io.millrace.server.inference.InferenceException;
import io.millrace.server.inference.ModelIndexEntry;
import io.millrace.server.inference.ModelIndexEntry.State;
import io.millrace.server.inference.ModelLoadException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How one version takes another's place, and how it does not. */
@SuppressWarnings("NullAway.Init")
class HotSwapTest {
  private static final String GOLDEN =
      """
      {"inputs": [{"name": "x", "datatype": "FP32", "shape": [1, 2], "data": [[1, 2]]}],
       "outputs": [{"name": "y", "datatype": "FP32", "shape": [1, 2], "data": [3, %s]}]}
      """;
  private static final int SWAPS = 60;

  @TempDir Path temporary;
  private RepositoryFolder folder;
  private ModelRepository models;

  @BeforeEach
  void copy() {
    folder = new RepositoryFolder(temporary.resolve("models"));
    folder.remove("retriever");
  }

  @AfterEach
  void close() {
    models.close();
  }

  private void start(ModelControl.Mode mode, String... names) {
    models =
        ModelRepository.load(
            folder.path,
            new ModelControl(mode, Set.of(names)),
            TinyModels.defaults(),
            System::nanoTime);
  }

  private String current() {
    return AffineCall.ask(models, "", 1).join().version();
  }

  private ModelIndexEntry indexed(String version) {
    return models.index(false).stream()
        .filter(entry -> entry.name().equals("affine") && entry.version().equals(version))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void swapsUnderLoadFailNoRequestAndFreeEveryOldVersion() throws Exception {
    folder.addVersion("affine", "1", "2");
    start(ModelControl.Mode.EXPLICIT, "*");
    Set<String> versions = ConcurrentHashMap.newKeySet();
    List<Throwable> failures =
        CallersDuringSwaps.run(
            SWAPS,
            swap -> {
              if (swap % 2 == 0) {
                folder.remove("affine/2");
              } else {
                folder.addVersion("affine", "1", "2");
              }
              models.load("affine");
            },
            x -> {
              AffineCall.Answer answer = AffineCall.ask(models, "", x).join();
              assertThat(answer.y()).isEqualTo(2f * x + 1);
              versions.add(answer.version());
            });
    assertThat(failures).isEmpty();
    assertThat(versions).containsExactlyInAnyOrder("1", "2");
    models.unload("affine", false);
    // Version 2 at the start, one for every swap, and the one that served last.
    assertThat(models.versionsFreed()).isEqualTo(SWAPS + 1);
  }

  @Test
  void unloadingWaitsAlsoForWhatWasReplacedAMomentAgo() throws Exception {
    start(ModelControl.Mode.EXPLICIT, "*");
    HeldModel held = models.hold("affine", "");
    folder.addVersion("affine", "1", "2");
    models.load("affine");
    CompletableFuture<Void> unloading =
        CompletableFuture.runAsync(() -> models.unload("affine", false));
    while (models.versionsFreed() == 0 && !unloading.isDone()) {
      Thread.onSpinWait();
    }
    held.close();
    unloading.join();
    assertThat(models.versionsFreed()).isEqualTo(2);
  }

  @Test
  void polledFoldersAreServedAndRemovingTheNewerOneRollsBack() {
    start(ModelControl.Mode.POLL);
    assertThat(current()).isEqualTo("1");
    folder.addVersion("affine", "1", "2");
    models.poll();
    assertThat(current()).isEqualTo("2");
    folder.remove("affine/2");
    models.poll();
    assertThat(current()).isEqualTo("1");
  }

  @Test
  void aVersionThatCannotBeLoadedNeverServesAndTheIndexSaysWhy() {
    start(ModelControl.Mode.POLL);
    folder.addVersion("affine", "1", "2");
    folder.write("affine/2/model.onnx", "not a graph");
    models.poll();
    assertThat(current()).isEqualTo("1");
    assertThat(indexed("1").state()).isEqualTo(State.READY);
    assertThat(indexed("2").state()).isEqualTo(State.UNAVAILABLE);
    assertThat(indexed("2").reason()).contains("ONNX Runtime cannot load it");
    assertThat(models.index(true)).noneMatch(entry -> entry.version().equals("2"));
  }

  @Test
  void aPollingServerStartsWithTheNewestVersionThatCanServe() {
    folder.addVersion("affine", "1", "2");
    for (String broken : List.of("3", "4")) {
      folder.addVersion("affine", "1", broken);
      folder.write("affine/" + broken + "/model.onnx", "not a graph");
    }
    start(ModelControl.Mode.POLL);
    assertThat(current()).isEqualTo("2");
    assertThat(indexed("2").state()).isEqualTo(State.READY);
    assertThat(indexed("4").state()).isEqualTo(State.UNAVAILABLE);
    assertThat(indexed("4").reason()).contains("ONNX Runtime cannot load it");
    models.poll();
    assertThat(current()).isEqualTo("2");
    folder.addVersion("affine", "1", "5");
    models.poll();
    assertThat(current()).isEqualTo("5");
  }

  @Test
  void onlyAPollingServerStartsWithAnotherVersionThanThePolicyChooses() {
    folder.addVersion("affine", "1", "2");
    folder.write("affine/2/model.onnx", "not a graph");
    assertDoesNotStart(ModelControl.Mode.NONE);
    start(ModelControl.Mode.POLL);
    assertThat(current()).isEqualTo("1");
    close();
    folder.edit(
        "affine/config.pbtxt",
        "dynamic_batching",
        "version_policy { specific { versions: [ 2 ] } } dynamic_batching");
    assertDoesNotStart(ModelControl.Mode.POLL);
    folder.edit("affine/config.pbtxt", "specific { versions: [ 2 ] }", "latest { }");
    folder.write("affine/1/model.onnx", "not a graph");
    assertDoesNotStart(ModelControl.Mode.POLL);
  }

  private void assertDoesNotStart(ModelControl.Mode mode) {
    assertThatThrownBy(() -> start(mode))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("model 'affine': ")
        .hasMessageContaining("ONNX Runtime cannot load it");
  }

  @Test
  void whatServesGoesOnWithoutItsFolderUntilAnotherVersionPasses() {
    start(ModelControl.Mode.POLL);
    folder.addVersion("affine", "1", "2");
    folder.write("affine/2/golden.json", GOLDEN.formatted("6"));
    folder.remove("affine/1");
    models.poll();
    assertThat(current()).isEqualTo("1");
    assertThat(indexed("1").state()).isEqualTo(State.READY);
    folder.write("affine/2/golden.json", GOLDEN.formatted("5.0"));
    models.poll();
    assertThat(current()).isEqualTo("2");
  }

  @Test
  void aVersionThatWasBrokenIsTriedAgainOnceItsFilesChange() {
    start(ModelControl.Mode.POLL);
    folder.addVersion("affine", "1", "2");
    folder.write("affine/2/golden.json", GOLDEN.formatted("6"));
    models.poll();
    assertThat(indexed("2").reason()).contains("golden.json: output 'y' differs");
    folder.write("affine/2/golden.json", GOLDEN.formatted("5.0"));
    models.poll();
    assertThat(current()).isEqualTo("2");
  }

  @Test
  void aGoldenRequestThatIsNoRequestIsRefused() {
    folder.write("affine/1/golden.json", "{\"inputs\": []}");
    models = ModelRepository.load(temporaryEmpty(), explicit(), TinyModels.defaults(), () -> 0);
    assertThatThrownBy(() -> start(ModelControl.Mode.NONE))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("golden.json: inputs is missing or empty");
    folder.write("affine/1/golden.json", GOLDEN.formatted("5").replace("[[1, 2]]", "[1]"));
    assertThatThrownBy(() -> start(ModelControl.Mode.NONE))
        .hasMessageContaining("'x' has 1 elements in its data, its shape has 2");
  }

  private Path temporaryEmpty() {
    Path empty = temporary.resolve("empty");
    assertThat(empty.toFile().mkdir()).isTrue();
    return empty;
  }

  private static ModelControl explicit() {
    return new ModelControl(ModelControl.Mode.EXPLICIT, Set.of());
  }

  @Test
  void aFailedLoadOnRequestSaysWhyAndChangesNothing() {
    start(ModelControl.Mode.EXPLICIT, "affine");
    folder.edit("affine/config.pbtxt", "max_batch_size: 8", "max_batch_size: -1");
    assertThatThrownBy(() -> models.load("affine"))
        .isInstanceOf(InferenceException.class)
        .hasMessageContaining("max_batch_size '-1'")
        .extracting(e -> ((InferenceException) e).code())
        .isEqualTo(InferenceException.Code.FAILED_PRECONDITION);
    assertThat(current()).isEqualTo("1");
  }

  @Test
  void allVersionsServeSideBySideAndRequestsNameOne() {
    folder.addVersion("affine", "1", "2");
    folder.edit(
        "affine/config.pbtxt", "dynamic_batching", "version_policy { all { } } dynamic_batching");
    start(ModelControl.Mode.NONE);
    assertThat(AffineCall.ask(models, "1", 1).join().version()).isEqualTo("1");
    assertThat(AffineCall.ask(models, "2", 1).join().version()).isEqualTo("2");
    assertThat(current()).isEqualTo("2");
    assertThatThrownBy(() -> AffineCall.ask(models, "3", 1))
        .hasMessage("model 'affine' has no version '3' loaded; it serves 1, 2");
  }

  @Test
  void aSpecificVersionServesAndMustExist() {
    folder.addVersion("affine", "1", "2");
    folder.edit(
        "affine/config.pbtxt",
        "dynamic_batching",
        "version_policy { specific { versions: [ 1 ] } } dynamic_batching");
    start(ModelControl.Mode.EXPLICIT, "affine");
    assertThat(current()).isEqualTo("1");
    folder.edit("affine/config.pbtxt", "versions: [ 1 ]", "versions: [ 1, 7 ]");
    assertThatThrownBy(() -> models.load("affine"))
        .hasMessageContaining(
            "version_policy.specific.versions '[1, 7]' must name folders that exist; there are [2, 1]");
  }

  @Test
  void aChangedConfigurationReplacesTheVersionWithItself() {
    start(ModelControl.Mode.POLL);
    folder.edit("affine/config.pbtxt", "max_batch_size: 8", "max_batch_size: 16");
    models.poll();
    assertThat(current()).isEqualTo("1");
    assertThat(models.find("affine", "").statistics().maxRows()).isEqualTo(16);
    folder.remove("affine");
    models.poll();
    assertThatThrownBy(this::current)
        .hasMessageContaining("does not exist; there are [recommender]");
    assertThat(models.versionsFreed()).isEqualTo(2);
  }

  @Test
  void modelsAreLoadedAndUnloadedOnRequestOnlyWhereThatIsAskedFor() {
    start(ModelControl.Mode.EXPLICIT);
    assertThat(models.models()).isEmpty();
    assertThat(indexed("").state()).isEqualTo(State.UNAVAILABLE);
    models.load("affine");
    assertThat(current()).isEqualTo("1");
    models.unload("affine", false);
    assertThat(indexed("1").reason()).isEqualTo("unloaded");
    assertThatThrownBy(() -> models.unload("affine", false)).hasMessageContaining("does not exist");
    assertThatThrownBy(() -> models.load("../affine")).hasMessageContaining("has no folder");
    models.close();
    start(ModelControl.Mode.NONE);
    assertThatThrownBy(() -> models.load("affine"))
        .hasMessageContaining("--model-control-mode explicit");
    assertThatThrownBy(() -> models.unload("affine", false))
        .hasMessageContaining("--model-control-mode explicit");
  }

  @Test
  void aNameToLoadAtTheStartMustExist() {
    models = ModelRepository.load(temporaryEmpty(), explicit(), TinyModels.defaults(), () -> 0);
    assertThatThrownBy(() -> start(ModelControl.Mode.EXPLICIT, "aphine"))
        .hasMessageContaining("--load-model aphine has no folder")
        .hasMessageContaining("[affine, recommender]");
  }

  @Test
  void drainingRefusesRequestsAndChanges() {
    start(ModelControl.Mode.EXPLICIT, "*");
    CompletableFuture<Void> drained = models.drain();
    assertThat(drained).isCompleted();
    assertThatThrownBy(() -> AffineCall.ask(models, "", 1)).hasMessageContaining("it is stopping");
    assertThatThrownBy(() -> models.load("affine")).hasMessage("the server is stopping");
  }
}
