package io.millrace.server.llm.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.millrace.server.inference.InferenceException;
import io.millrace.server.inference.InferenceException.Code;
import io.millrace.server.llm.constraint.TextConstraint;
import io.millrace.server.llm.constraint.TokenTrie;
import io.millrace.server.llm.sampling.SamplingSettings;
import io.millrace.server.llm.text.TokenBytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class GenerationSchedulerTest {
  private static final int END = 0;
  private static final long DEADLINE = 1_000;

  private final AtomicLong clock = new AtomicLong();
  private final TaskQueue queue = new TaskQueue(8);
  private final TokenBytes vocabulary = vocabulary();
  private final GenerationStatistics statistics = new GenerationStatistics();

  private FakeDecoder decoder = new FakeDecoder(3, 200);
  private GenerationScheduler scheduler = scheduler();

  private GenerationScheduler scheduler() {
    return new GenerationScheduler(decoder, queue, clock::get, statistics);
  }

  /** Tokens stand for the characters from '!' on. */
  private static TokenBytes vocabulary() {
    List<String> spelled = new ArrayList<>();
    for (int token = 0; token < FakeDecoder.VOCABULARY; token++) {
      spelled.add(token < 94 ? Character.toString('!' + token) : "x" + token);
    }
    BitSet control = new BitSet();
    control.set(END);
    return new TokenBytes(spelled, control);
  }

  private static int[] prompt(int length, int seed) {
    return IntStream.range(0, length).map(i -> 1 + (i * 7 + seed) % 90).toArray();
  }

  /** What a text has to be if nothing is mixed up. */
  private String expected(int[] prompt, int tokens) {
    int[] text = Arrays.copyOf(prompt, prompt.length + tokens);
    StringBuilder expected = new StringBuilder();
    for (int i = prompt.length; i < text.length; i++) {
      text[i] = FakeDecoder.next(Arrays.copyOf(text, i));
      expected.append(new String(vocabulary.of(text[i])));
    }
    return expected.toString();
  }

  private RecordedText submit(int[] prompt, int tokens, List<String> stops) {
    return submit(prompt, tokens, stops, null, -1);
  }

  private RecordedText submit(
      int[] prompt,
      int tokens,
      List<String> stops,
      @Nullable TextConstraint constraint,
      int alternatives) {
    RecordedText text = new RecordedText();
    GenerationRequest request =
        new GenerationRequest(
            prompt, tokens, SamplingSettings.GREEDY, stops, constraint, alternatives);
    queue.add(
        new GenerationTask(request, text, vocabulary, END, clock.get() + DEADLINE), clock.get());
    return text;
  }

  private void runAll() {
    do {
      scheduler.step();
    } while (!scheduler.isIdle() || queue.size() > 0);
  }

  @Test
  void textsOfManyLengthsThatComeAndGoAreWhatTheyWouldBeAlone() {
    List<RecordedText> texts = new ArrayList<>();
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      int[] prompt = prompt(1 + i * 37 % 150, i % 5);
      int tokens = 1 + i * 11 % 40;
      texts.add(submit(prompt, tokens, List.of()));
      expected.add(expected(prompt, tokens));
      for (int step = 0; step < 9; step++) {
        scheduler.step();
      }
    }
    runAll();
    assertThat(texts).extracting(text -> text.text.toString()).isEqualTo(expected);
    assertThat(decoder.calls()).anyMatch(call -> call.rows() == 3);
    assertThat(texts).allMatch(text -> text.reason == FinishReason.LENGTH);
    assertThat(statistics.reusedTokens()).isPositive();
  }

  @Test
  void aPromptThatBeginsAsAnotherIsComputedFromWhereTheyPart() {
    int[] first = prompt(150, 1);
    int[] second = first.clone();
    second[140] = 3;
    RecordedText one = submit(first, 4, List.of());
    runAll();
    RecordedText two = submit(second, 4, List.of());
    runAll();
    assertThat(Objects.requireNonNull(one.usage)).isEqualTo(new TokenUsage(150, 0, 4));
    assertThat(Objects.requireNonNull(two.usage)).isEqualTo(new TokenUsage(150, 140, 4));
    assertThat(two.text).hasToString(expected(second, 4));
  }

  @Test
  void aSharedBeginningOutlivesTextsBetween() {
    decoder = new FakeDecoder(4, 200);
    scheduler = scheduler();
    int[] shared = prompt(100, 1);
    submit(shared, 1, List.of());
    runAll();
    for (int other = 0; other < 2; other++) {
      submit(prompt(20, 40 + other), 1, List.of());
      runAll();
    }
    RecordedText again = submit(shared, 1, List.of());
    runAll();
    assertThat(Objects.requireNonNull(again.usage).reused()).isEqualTo(99);
  }

  @Test
  void aLongPromptIsComputedInPartsBetweenTheTokensOfOthers() {
    submit(prompt(3, 1), 30, List.of());
    scheduler.step();
    submit(prompt(150, 2), 2, List.of());
    decoder.calls().clear();
    for (int step = 0; step < 3; step++) {
      scheduler.step();
    }
    assertThat(decoder.calls())
        .extracting(call -> call.tokens().length)
        .containsExactly(64, 1, 64, 1, 22, 2);
  }

  @Test
  void stopStringsEndTheText() {
    int[] prompt = prompt(5, 1);
    String whole = expected(prompt, 12);
    RecordedText text = submit(prompt, 50, List.of(whole.substring(8, 10)));
    runAll();
    assertThat(text.text).hasToString(whole.substring(0, 8));
    assertThat(text.reason).isEqualTo(FinishReason.STOP);
    assertThat(Objects.requireNonNull(text.usage).generated()).isEqualTo(10);
  }

  @Test
  void theCachesEndIsTheTextsEnd() {
    RecordedText text = submit(prompt(197, 1), 50, List.of());
    runAll();
    // The last token that is generated need not be held.
    assertThat(text.tokens).isEqualTo(4);
    assertThat(text.reason).isEqualTo(FinishReason.LENGTH);
  }

  @Test
  void aConstraintHolds() {
    TokenTrie trie = new TokenTrie(vocabulary);
    TextConstraint choice =
        TextConstraint.choice(trie, vocabulary, List.of("Comedy", "Drama", "Dramas"));
    RecordedText text = submit(prompt(4, 1), 50, List.of(), choice, 2);
    runAll();
    assertThat(text.text.toString()).isIn("Comedy", "Drama", "Dramas");
    assertThat(text.reason).isEqualTo(FinishReason.STOP);
    assertThat(text.scored).hasSize(text.tokens);
    assertThat(text.scored.get(0)).hasSize(3);
    assertThat(text.scored.get(0).get(0).logProbability()).isNegative();
  }

  @Test
  void whoGoesAwayFreesTheSlot() {
    RecordedText gone = submit(prompt(4, 1), 100, List.of());
    RecordedText preparing = submit(prompt(190, 2), 100, List.of());
    scheduler.step();
    scheduler.step();
    gone.cancelled = true;
    preparing.cancelled = true;
    scheduler.step();
    assertThat(scheduler.isIdle()).isTrue();
    assertThat(Objects.requireNonNull(gone.failure).code()).isEqualTo(Code.CANCELLED);
    assertThat(Objects.requireNonNull(preparing.failure).code()).isEqualTo(Code.CANCELLED);
  }

  @Test
  void theDeadlineEndsWhatIsTooSlow() {
    RecordedText slow = submit(prompt(4, 1), 100, List.of());
    scheduler.step();
    clock.set(DEADLINE);
    RecordedText other = submit(prompt(4, 2), 2, List.of());
    runAll();
    assertThat(Objects.requireNonNull(slow.failure).code()).isEqualTo(Code.DEADLINE_EXCEEDED);
    assertThat(other.text).hasToString(expected(prompt(4, 2), 2));
  }

  @Test
  void aFailureEndsWhatWasInProgressAndNothingElse() {
    RecordedText first = submit(prompt(4, 1), 100, List.of());
    scheduler.step();
    decoder.failOnce(FakeDecoder.broken());
    scheduler.step();
    assertThat(Objects.requireNonNull(first.failure)).hasMessage("broken");
    RecordedText second = submit(prompt(4, 1), 3, List.of());
    runAll();
    assertThat(second.text).hasToString(expected(prompt(4, 1), 3));
  }

  @Test
  void aDefectFailsItsTasksAndIsPassedOn() {
    RecordedText first = submit(prompt(4, 1), 100, List.of());
    decoder.failOnce(new IllegalStateException("a defect"));
    assertThatThrownBy(scheduler::step).hasMessage("a defect");
    assertThat(Objects.requireNonNull(first.failure).code()).isEqualTo(Code.INTERNAL);
  }

  @Test
  void continuationsAreScoredAsIfEachWereAlone() {
    int[] prefix = prompt(70, 3);
    List<int[]> continuations = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      continuations.add(likelyStart(prefix, 1 + i * 5 % 17, i % 4));
    }
    List<double[]> scores = new ArrayList<>();
    ScoreListener listener =
        new ScoreListener() {
          @Override
          public boolean isCancelled() {
            return false;
          }

          @Override
          public void onScores(List<double[]> found, TokenUsage usage) {
            scores.addAll(found);
          }

          @Override
          public void onFailure(InferenceException failure) {
            throw failure;
          }
        };
    queue.add(new ScoreTask(prefix, null, continuations, listener, DEADLINE), 0);
    RecordedText beside = submit(prompt(9, 4), 30, List.of());
    runAll();
    assertThat(scores).hasSameSizeAs(continuations);
    for (int i = 0; i < scores.size(); i++) {
      assertThat(scores.get(i))
          .as("continuation %s", i)
          .containsExactly(alone(prefix, continuations.get(i)), within(1e-5));
    }
    assertThat(decoder.calls())
        .anyMatch(call -> call.hidden() != null && call.wanted().length > 30);
    assertThat(beside.text).hasToString(expected(prompt(9, 4), 30));
  }

  /** A continuation whose first tokens are those that the model would choose. */
  private static int[] likelyStart(int[] prefix, int length, int likely) {
    int[] text = Arrays.copyOf(prefix, prefix.length + length);
    for (int i = prefix.length; i < text.length; i++) {
      int next = FakeDecoder.next(Arrays.copyOf(text, i));
      text[i] = i - prefix.length < likely ? next : 1 + (next + 13) % 90;
    }
    return Arrays.copyOfRange(text, prefix.length, text.length);
  }

  private static double[] alone(int[] prefix, int[] continuation) {
    double normaliser = Math.log(Math.exp(FakeDecoder.LIKELY) + FakeDecoder.VOCABULARY - 1);
    int[] text = Arrays.copyOf(prefix, prefix.length + continuation.length);
    System.arraycopy(continuation, 0, text, prefix.length, continuation.length);
    double[] scores = new double[continuation.length];
    for (int i = 0; i < scores.length; i++) {
      int likely = FakeDecoder.next(Arrays.copyOf(text, prefix.length + i));
      scores[i] = (continuation[i] == likely ? FakeDecoder.LIKELY : 0) - normaliser;
    }
    return scores;
  }

  @Test
  void aFullQueueRefusesAndMakesRoomForTheLiving() {
    List<RecordedText> waiting = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      waiting.add(submit(prompt(4, i), 2, List.of()));
    }
    assertThatThrownBy(() -> submit(prompt(4, 9), 2, List.of()))
        .isInstanceOfSatisfying(
            InferenceException.class, e -> assertThat(e.code()).isEqualTo(Code.RESOURCE_EXHAUSTED));
    waiting.get(3).cancelled = true;
    submit(prompt(4, 9), 2, List.of());
    assertThat(waiting.get(3).isOver()).isTrue();
    runAll();
    assertThat(waiting).allMatch(RecordedText::isOver);
  }

  @Test
  void aClosedQueueGivesBackWhatWaits() {
    submit(prompt(4, 1), 2, List.of());
    assertThat(queue.close()).hasSize(1);
    assertThatThrownBy(() -> submit(prompt(4, 1), 2, List.of()))
        .isInstanceOfSatisfying(
            InferenceException.class, e -> assertThat(e.code()).isEqualTo(Code.UNAVAILABLE));
  }
}
