package io.millrace.flink.inference;

import static io.millrace.flink.inference.RecommenderFixture.AMPLE;
import static io.millrace.flink.inference.RecommenderFixture.ask;
import static io.millrace.flink.inference.RecommenderFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.millrace.flink.inference.RecommendFailure.Reason;
import io.millrace.schemas.inference.ModelInferRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls that share a request, and calls that wait for their turn. */
@Timeout(120)
class SharedRequestITCase {
  private static final Duration SHORT = Duration.ofMillis(50);

  private final RecommenderFixture fixture = new RecommenderFixture();

  @AfterEach
  void closeAll() throws Exception {
    fixture.close();
  }

  private static RecommendCall call(String id) {
    return new RecommendCall(id, List.of(id), new int[1], new float[1], List.of(), null, 3);
  }

  /** Fills both requests that may be on their way; what comes next has to wait. */
  private List<Runnable> hold(MisbehavingServer server, GrpcRecommender recommender)
      throws InterruptedException {
    BlockingQueue<Runnable> held = new LinkedBlockingQueue<>();
    server.behaviour =
        (request, out) -> held.add(() -> MisbehavingServer.Behaviour.GOOD.handle(request, out));
    List<Runnable> answers = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      ask(recommender);
      answers.add(held.take());
      server.take();
    }
    return answers;
  }

  private static List<String> ids(ModelInferRequest request) {
    return BytesTensor.decode(
        request.getRawInputContents(0),
        (int) (request.getInputs(0).getShape(0) * request.getInputs(0).getShape(1)),
        "item_id");
  }

  @Test
  void callsBeyondTheLimitShareTheNextRequest() throws Exception {
    MisbehavingServer server = fixture.server();
    GrpcRecommender recommender = fixture.to(server.target());
    List<Runnable> held = hold(server, recommender);
    List<CompletableFuture<RecommendAnswer>> waiting = new ArrayList<>();
    for (String id : List.of("a", "b", "c", "d")) {
      waiting.add(recommender.recommend(call(id), AMPLE));
    }
    server.behaviour = MisbehavingServer.Behaviour.ECHO;
    held.get(0).run();

    for (CompletableFuture<RecommendAnswer> answer : waiting) {
      answer.get();
    }
    assertThat(ids(server.take())).containsExactly("a", "b", "c");
    assertThat(ids(server.take())).containsExactly("d");
    assertThat(waiting.get(1).get().items()).extracting(item -> item.itemId()).containsExactly("b");
    held.get(1).run();
  }

  @Test
  void callsOfVeryDifferentDeadlinesDoNotShareARequest() throws Exception {
    MisbehavingServer server = fixture.server();
    GrpcRecommender recommender = fixture.to(server.target());
    List<Runnable> held = hold(server, recommender);
    List<CompletableFuture<RecommendAnswer>> waiting =
        List.of(
            recommender.recommend(call("long"), AMPLE),
            recommender.recommend(call("short"), AMPLE.dividedBy(3)),
            recommender.recommend(call("shorter"), AMPLE.dividedBy(5)));
    server.behaviour = MisbehavingServer.Behaviour.ECHO;
    held.get(0).run();

    for (CompletableFuture<RecommendAnswer> answer : waiting) {
      answer.get();
    }
    assertThat(ids(server.take())).containsExactly("long");
    assertThat(ids(server.take())).containsExactly("short", "shorter");
    held.get(1).run();
  }

  @Test
  void aCallThatSpoilsItsRequestFailsAlone() throws Exception {
    MisbehavingServer server = fixture.server();
    GrpcRecommender recommender = fixture.to(server.target());
    List<Runnable> held = hold(server, recommender);
    List<CompletableFuture<RecommendAnswer>> waiting = new ArrayList<>();
    for (String id : List.of("good", "bad", "fine")) {
      waiting.add(recommender.recommend(call(id), AMPLE));
    }
    server.behaviour =
        (request, out) -> {
          if (ids(request).contains("bad")) {
            out.onError(Status.INVALID_ARGUMENT.withDescription("bad").asRuntimeException());
          } else {
            MisbehavingServer.Behaviour.ECHO.handle(request, out);
          }
        };
    held.forEach(Runnable::run);

    assertThat(waiting.get(0).get().items()).hasSize(1);
    assertThat(failure(waiting.get(1)).reason()).isEqualTo(Reason.REJECTED);
    assertThat(waiting.get(2).get().items()).hasSize(1);
    assertThat(server.receivedCount()).isEqualTo(4);
  }

  @Test
  void aCallThatIsCancelledWhileItWaitsIsNotSent() throws Exception {
    MisbehavingServer server = fixture.server();
    GrpcRecommender recommender = fixture.to(server.target());
    List<Runnable> held = hold(server, recommender);
    CompletableFuture<RecommendAnswer> first = recommender.recommend(call("a"), AMPLE);
    CompletableFuture<RecommendAnswer> second = recommender.recommend(call("b"), AMPLE);
    first.cancel(true);
    server.behaviour = MisbehavingServer.Behaviour.ECHO;
    held.forEach(Runnable::run);

    second.get();
    assertThat(ids(server.take())).containsExactly("b");
  }

  @Test
  void aCallWhoseTimePassesWhileItWaitsIsNotSent() throws Exception {
    MisbehavingServer server = fixture.server();
    GrpcRecommender recommender = fixture.to(server.target());
    List<Runnable> held = hold(server, recommender);
    CompletableFuture<RecommendAnswer> late = recommender.recommend(call("late"), SHORT);
    fixture.nanos.addAndGet(SHORT.toNanos());
    server.behaviour = MisbehavingServer.Behaviour.ECHO;
    held.forEach(Runnable::run);

    assertThat(failure(late).reason()).isEqualTo(Reason.DEADLINE);
    ask(recommender).get();
    assertThat(server.receivedCount()).isEqualTo(1);
  }

  @Test
  void aServerThatIsGoneFailsEverythingThatWaits() throws Exception {
    MisbehavingServer server = fixture.server();
    GrpcRecommender recommender = fixture.to(server.target());
    List<Runnable> held = hold(server, recommender);
    List<CompletableFuture<RecommendAnswer>> waiting = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      waiting.add(recommender.recommend(call("id-" + i), AMPLE));
    }
    server.close();

    for (CompletableFuture<RecommendAnswer> answer : waiting) {
      assertThat(failure(answer).reason()).isEqualTo(Reason.UNAVAILABLE);
    }
    assertThat(held).hasSize(2);
  }
}
