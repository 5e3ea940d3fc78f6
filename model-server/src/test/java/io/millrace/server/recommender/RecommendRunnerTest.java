package io.millrace.server.recommender;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.FeatureSchema;
import io.millrace.server.TinyModels;
import io.millrace.server.inference.DataType;
import io.millrace.server.inference.Graph;
import io.millrace.server.inference.InferenceException;
import io.millrace.server.inference.InferenceRequest;
import io.millrace.server.inference.InferenceResponse;
import io.millrace.server.inference.Responder;
import io.millrace.server.inference.Tensor;
import io.millrace.server.model.ExecutionProvider;
import io.millrace.server.model.GraphOptions;
import io.millrace.server.model.OnnxGraph;
import io.millrace.server.ranking.FeatureTable;
import io.millrace.server.sources.Source;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of rows that the ranker cannot rank, or not in time. */
@SuppressWarnings("NullAway.Init")
class RecommendRunnerTest {
  private static final long STEP = 1_000_000;
  private static final int FROM_EVENTS = 1;

  private final RecommenderCounters counters = new RecommenderCounters();
  private final FakeRanker fake = new FakeRanker();
  private final Answers answers = new Answers();
  private Bundle bundle;
  private Graph retriever;
  private RecommendRunner runner;
  private long now;

  /** Takes what comes. */
  private static final class Answers implements Responder {
    private final List<String> rungs = new ArrayList<>();
    private final List<String> reasons = new ArrayList<>();

    @Override
    public void complete(InferenceResponse response) {
      ByteBuffer rung = response.outputs().get(0).data();
      rung.getInt();
      rungs.add(StandardCharsets.UTF_8.decode(rung).toString());
      reasons.add(response.notes().getOrDefault("rung_reason", ""));
    }

    @Override
    public void fail(InferenceException failure) {
      throw new AssertionError(failure);
    }
  }

  /** Every look at it takes a millisecond. */
  private long clock() {
    now += STEP;
    return now;
  }

  @BeforeEach
  void start() {
    Path directory = TinyModels.ranked().resolve("recommender/1");
    bundle = Bundle.read(directory, FeatureSchema.hash());
    Path file = directory.resolve(Bundle.RETRIEVER_FILE);
    retriever = OnnxGraph.load(file, new GraphOptions(ExecutionProvider.CPU, 1));
    RankerBatch batch =
        new RankerBatch(
            fake,
            FakeRanker.signature(),
            new FeatureTable(List.of("retriever", "popular"), bundle.sources()),
            4);
    runner =
        new RecommendRunner(
            bundle,
            new RetrieverBatch(
                retriever.newInstance(),
                RetrieverSignature.of(retriever, "retriever"),
                bundle.manifest().k()),
            new Ranker(batch, FROM_EVENTS, counters.ranking(), this::clock),
            counters,
            this::clock);
  }

  @AfterEach
  void stop() {
    runner.close();
    retriever.close();
  }

  /** For the list of who did that item last; of who did nothing for a negative one. */
  private RecommendRequest request(int item, long deadline) {
    byte[] id = item < 0 ? new byte[0] : ("item-" + item).getBytes(StandardCharsets.UTF_8);
    ByteBuffer ids = buffer(Integer.BYTES + id.length).putInt(id.length).put(id).flip();
    long[] shape = {1, 1};
    InferenceRequest request =
        new InferenceRequest(
            "r" + item,
            List.of(
                new Tensor("item_id", DataType.BYTES, shape, ids),
                new Tensor("event_type", DataType.INT32, shape, buffer(Integer.BYTES)),
                new Tensor("age_s", DataType.FP32, shape, buffer(Float.BYTES))),
            List.of("rung"),
            Map.of(),
            deadline,
            () -> false);
    RowReader reader = new RowReader("recommender", bundle, 8);
    return new RecommendRequest(
        "recommender", request, answers, 0, reader.read(request), List.of());
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private void run(RecommendRequest... requests) {
    runner.run(List.of(requests), now);
  }

  @Test
  void aRowThatTheRankerFailsOnFallsBackAlone() {
    run(
        request(9, Long.MAX_VALUE),
        request(FakeRanker.POISON, Long.MAX_VALUE),
        request(10, Long.MAX_VALUE));
    assertThat(answers.rungs).containsExactly("RANKED", "RETRIEVED", "RANKED");
    assertThat(answers.reasons).containsExactly("", "ranker_failed", "");
    assertThat(fake.runs).isEqualTo(4);
    assertThat(counters.ranking().rows(Ranking.RANKER_FAILED)).isEqualTo(1);
    assertThat(counters.ranking().rows(Ranking.RANKED)).isEqualTo(2);
  }

  @Test
  void aRowWithFewerEventsThanTheRankerWasTrainedOnIsNotRanked() {
    run(request(-1, Long.MAX_VALUE), request(9, Long.MAX_VALUE));
    assertThat(answers.rungs).containsExactly("RETRIEVED", "RANKED");
    assertThat(answers.reasons).containsExactly("history", "");
  }

  @Test
  void aRowWithAScoreThatIsNoNumberFallsBackAlone() {
    run(request(FakeRanker.NOT_A_NUMBER, Long.MAX_VALUE), request(9, Long.MAX_VALUE));
    assertThat(answers.rungs).containsExactly("RETRIEVED", "RANKED");
    assertThat(answers.reasons).containsExactly("ranker_not_finite", "");
    assertThat(fake.runs).isEqualTo(1);
    assertThat(counters.ranking().rows(Ranking.RANKER_NOT_FINITE)).isEqualTo(1);
  }

  @Test
  void aRequestWithLessTimeThanRankingTakesIsAnsweredUnranked() {
    run(request(9, Long.MAX_VALUE));
    assertThat(runner.spareNanos()).isPositive();
    run(request(9, now + 1), request(10, Long.MAX_VALUE));
    assertThat(answers.rungs).containsExactly("RANKED", "RETRIEVED", "RANKED");
    assertThat(answers.reasons).containsExactly("", "deadline", "");
  }

  @Test
  void whereNobodyHasTheTimeRankingIsTriedAgainLater() {
    run(request(9, Long.MAX_VALUE));
    int runs = fake.runs;
    for (int i = 0; i < 40 && fake.runs == runs; i++) {
      run(request(9, now + 40 * STEP));
    }
    assertThat(fake.runs).isGreaterThan(runs);
  }

  @Test
  void sourcesAreCounted() {
    run(request(9, Long.MAX_VALUE));
    assertThat(counters.sources().brought(Source.RETRIEVER)).isEqualTo(bundle.manifest().k());
    assertThat(counters.sources().brought(Source.POPULAR)).isEqualTo(3);
    assertThat(
            counters.list(bundle.sources().names(), true).stream()
                .filter(counter -> counter.name().equals("millrace_source_listed"))
                .mapToLong(counter -> counter.value().getAsLong())
                .sum())
        .isEqualTo(RowReader.DEFAULT_K);
  }
}
