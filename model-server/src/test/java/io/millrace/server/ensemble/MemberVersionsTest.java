package io.millrace.server.ensemble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.server.inference.DataType;
import io.millrace.server.inference.InferenceException;
import io.millrace.server.inference.InferenceException.Code;
import io.millrace.server.inference.InferenceRequest;
import io.millrace.server.inference.InferenceResponse;
import io.millrace.server.inference.ModelDescription;
import io.millrace.server.inference.Responder;
import io.millrace.server.inference.Tensor;
import io.millrace.server.inference.TensorSpec;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Which versions answer the steps of a request, step by step. */
class MemberVersionsTest {
  private final SteppingModels models = new SteppingModels();
  private final HandledModel first = new HandledModel("member", "1");
  private final HandledModel second = new HandledModel("member", "2");
  private final List<String> answers = new ArrayList<>();

  private static EnsembleStep step(String model, String version, String from, String to) {
    return new EnsembleStep(model, version, Map.of("x", from), Map.of("y", to));
  }

  /** An ensemble from {@code x} to {@code y}. */
  private EnsembleModel ensemble(String name, EnsembleStep... steps) {
    ModelDescription description =
        new ModelDescription(
            name,
            "1",
            EnsembleModel.PLATFORM,
            List.of(new TensorSpec("x", DataType.FP32, List.of(-1L), false)),
            List.of(new TensorSpec("y", DataType.FP32, List.of(-1L), false)),
            Map.of());
    return new EnsembleModel(
        new EnsemblePlan(description, 0, List.of(steps)), models, () -> 0, InstantSource.system());
  }

  private void ask(EnsembleModel ensemble) {
    Tensor x = new Tensor("x", DataType.FP32, new long[] {0}, ByteBuffer.allocate(0));
    ensemble.infer(
        new InferenceRequest("", List.of(x), List.of(), Map.of(), Long.MAX_VALUE, () -> false),
        new Responder() {
          @Override
          public void complete(InferenceResponse response) {
            answers.add(new TreeMap<>(response.notes()).toString());
          }

          @Override
          public void fail(InferenceException failure) {
            answers.add(failure.code() + " " + failure.getMessage());
          }
        });
  }

  private EnsembleModel twice() {
    return ensemble("twice", step("member", "", "x", "middle"), step("member", "", "middle", "y"));
  }

  @Test
  void whatBeganWithAVersionEndsWithIt() {
    models.serve(first);
    ask(twice());
    models.serve(second);
    first.answer();
    assertThat(second.waiting()).isZero();
    assertThat(models.held).containsExactly(first);
    first.answer();
    assertThat(answers).containsExactly("{member.version=1}");
    assertThat(models.held).isEmpty();
    ask(twice());
    assertThat(second.waiting()).isEqualTo(1);
  }

  @Test
  void aModelThatIsUnloadedOnTheWayAnswersToTheEnd() {
    models.serve(first);
    ask(twice());
    models.remove("member");
    first.answer();
    first.answer();
    assertThat(answers).hasSize(1).first().asString().startsWith("{");
    assertThat(models.held).isEmpty();
  }

  @Test
  void ensemblesOfEnsemblesHaveOneVersionOfAMemberToo() {
    models.serve(first);
    models.serve(twice());
    ask(ensemble("outer", step("member", "", "x", "middle"), step("twice", "", "middle", "y")));
    first.answer();
    models.serve(second);
    first.answer();
    first.answer();
    assertThat(answers)
        .containsExactly("{member.version=1, twice.member.version=1, twice.version=1}");
    assertThat(second.waiting()).isZero();
    assertThat(models.held).isEmpty();
  }

  @Test
  void aStepThatNamesAVersionAndOneThatTakesTheCurrentOneShareIt() {
    models.serve(first);
    ask(ensemble("both", step("member", "", "x", "middle"), step("member", "1", "middle", "y")));
    assertThat(models.held).containsExactly(first);
    first.answer();
    first.answer();
    assertThat(answers).containsExactly("{member.version=1}");
  }

  @Test
  void aFailureLetsAllGo() {
    models.serve(first);
    ask(twice());
    first.fail(new InferenceException(Code.RESOURCE_EXHAUSTED, "full"));
    assertThat(answers).containsExactly("RESOURCE_EXHAUSTED model 'twice', step 'member': full");
    assertThat(models.held).isEmpty();
  }

  @Test
  void aMemberThatIsNotThereIsToldBeforeAnyStep() {
    models.serve(first);
    EnsembleModel ensemble =
        ensemble("half", step("member", "", "x", "middle"), step("gone", "", "middle", "y"));
    assertThatThrownBy(() -> ask(ensemble))
        .isInstanceOfSatisfying(
            InferenceException.class, e -> assertThat(e.code()).isEqualTo(Code.UNAVAILABLE))
        .hasMessage("model 'half', step 'gone': model 'gone' does not exist");
    assertThat(first.waiting()).isZero();
    assertThat(models.held).isEmpty();
    assertThat(ensemble.drain()).isCompleted();
  }
}
