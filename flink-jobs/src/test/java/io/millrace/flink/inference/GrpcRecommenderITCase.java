package io.millrace.flink.inference;

import static io.millrace.flink.inference.RecommenderFixture.ask;
import static io.millrace.flink.inference.RecommenderFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.millrace.flink.inference.RecommendFailure.Reason;
import io.millrace.schemas.inference.ModelInferRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class GrpcRecommenderITCase {
  private static final Duration SHORT = Duration.ofMillis(50);

  private final RecommenderFixture fixture = new RecommenderFixture();

  @AfterEach
  void closeAll() throws Exception {
    fixture.close();
  }

  @Test
  void aListComes() throws Exception {
    MisbehavingServer server = fixture.server();

    RecommendAnswer answer = ask(fixture.to(server.target())).get();

    assertThat(answer.items()).extracting(item -> item.itemId()).containsExactly("x", "y");
    assertThat(server.take().getModelName()).isEqualTo("recommender");
  }

  @Test
  void callsInFlightAreAnsweredInAnyOrder() throws Exception {
    MisbehavingServer server = fixture.server();
    BlockingQueue<Runnable> answers = new LinkedBlockingQueue<>();
    server.behaviour =
        (request, out) -> answers.add(() -> MisbehavingServer.Behaviour.GOOD.handle(request, out));
    GrpcRecommender recommender = fixture.to(server.target());
    CompletableFuture<RecommendAnswer> first = ask(recommender);
    Runnable answerFirst = answers.take();
    CompletableFuture<RecommendAnswer> second = ask(recommender);
    Runnable answerSecond = answers.take();

    answerSecond.run();
    assertThat(second.get().items()).hasSize(2);
    assertThat(first).isNotDone();
    answerFirst.run();
    assertThat(first.get().items()).hasSize(2);
  }

  @Test
  void theDeadlineEndsACallThatTheServerForgets() throws Exception {
    MisbehavingServer server = fixture.server();
    server.behaviour = MisbehavingServer.Behaviour.SILENT;

    RecommendFailure failure =
        failure(fixture.to(server.target()).recommend(Answers.call(3), SHORT));

    assertThat(failure.reason()).isEqualTo(Reason.DEADLINE);
  }

  @Test
  void aCallWithNoTimeLeftIsNotMade() throws Exception {
    MisbehavingServer server = fixture.server();

    RecommendFailure failure =
        failure(fixture.to(server.target()).recommend(Answers.call(3), Duration.ZERO));

    assertThat(failure.reason()).isEqualTo(Reason.DEADLINE);
    assertThat(server.receivedCount()).isZero();
  }

  @Test
  void cancellingFreesTheServer() throws Exception {
    MisbehavingServer server = fixture.server();
    server.behaviour = MisbehavingServer.Behaviour.SILENT;
    CompletableFuture<RecommendAnswer> answer = ask(fixture.to(server.target()));
    server.take();

    answer.cancel(true);

    assertThat(server.cancelled.await(60, TimeUnit.SECONDS)).isTrue();
    assertThat(answer).isCancelled();
  }

  @Test
  void closingEndsWhatIsInFlight() throws Exception {
    MisbehavingServer server = fixture.server();
    server.behaviour = MisbehavingServer.Behaviour.SILENT;
    GrpcRecommender recommender = fixture.to(server.target());
    CompletableFuture<RecommendAnswer> answer = ask(recommender);
    server.take();

    recommender.close();

    assertThat(failure(answer).reason()).isEqualTo(Reason.UNAVAILABLE);
    assertThat(failure(ask(recommender)).reason()).isEqualTo(Reason.UNAVAILABLE);
  }

  @Test
  void overloadIsTold() throws Exception {
    assertThat(answering(Status.RESOURCE_EXHAUSTED.withDescription("queue of 512 is full")))
        .satisfies(failure -> assertThat(failure.reason()).isEqualTo(Reason.OVERLOADED))
        .hasMessageContaining("queue of 512 is full");
  }

  @Test
  void anotherFeatureSchemaIsTold() throws Exception {
    assertThat(answering(Status.FAILED_PRECONDITION.withDescription("feature schema 1 is not 2")))
        .satisfies(failure -> assertThat(failure.reason()).isEqualTo(Reason.REJECTED))
        .hasMessageContaining("feature schema 1 is not 2");
  }

  private RecommendFailure answering(Status status) throws Exception {
    MisbehavingServer server = fixture.server();
    server.behaviour = (request, out) -> out.onError(status.asRuntimeException());
    return failure(ask(fixture.to(server.target())));
  }

  @Test
  void anAnswerThatMakesNoSenseIsBad() throws Exception {
    MisbehavingServer server = fixture.server();
    server.behaviour =
        (request, out) -> {
          out.onNext(Answers.good(List.of("x"), Float.NaN).build());
          out.onCompleted();
        };

    RecommendFailure failure = failure(ask(fixture.to(server.target())));

    assertThat(failure.reason()).isEqualTo(Reason.BAD_ANSWER);
    assertThat(failure).hasMessageContaining("score[0] of 'x' is NaN");
  }

  @Test
  void anAnswerThatIsTooLargeIsBad() throws Exception {
    MisbehavingServer server = fixture.server();
    server.behaviour =
        (request, out) -> {
          out.onNext(Answers.good(List.of("x".repeat(1 << 17)), 1).build());
          out.onCompleted();
        };

    assertThat(failure(ask(fixture.to(server.target()))).reason()).isEqualTo(Reason.BAD_ANSWER);
  }

  @Test
  void nobodyListeningFailsAtOnce() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }

    assertThat(failure(ask(fixture.to("127.0.0.1:" + port))).reason())
        .isEqualTo(Reason.UNAVAILABLE);
  }

  @Test
  void aPeerThatTalksGarbageNeitherHangsNorAnswers() throws Exception {
    // Which of the two depends on whether its words or the end of its connection are seen first.
    assertThat(fromAPeerThatSays("HTTP/1.0 200 OK\r\n\r\nhello"))
        .isIn(Reason.BAD_ANSWER, Reason.UNAVAILABLE);
  }

  @Test
  void aPeerThatHangsUpIsUnavailable() throws Exception {
    assertThat(fromAPeerThatSays("")).isEqualTo(Reason.UNAVAILABLE);
  }

  private Reason fromAPeerThatSays(String words) throws Exception {
    ServerSocket peer = fixture.open(new ServerSocket(0, 10, InetAddress.getLoopbackAddress()));
    Thread talker =
        new Thread(
            () -> {
              while (!peer.isClosed()) {
                try (Socket socket = peer.accept()) {
                  socket.getOutputStream().write(words.getBytes(StandardCharsets.UTF_8));
                } catch (IOException e) {
                  // The peer was closed, or the caller hung up first: both end this connection.
                }
              }
            });
    talker.setDaemon(true);
    talker.start();

    return failure(ask(fixture.to("127.0.0.1:" + peer.getLocalPort()))).reason();
  }

  @Test
  void aServerThatDiesInTheMiddleIsUnavailable() throws Exception {
    MisbehavingServer server = fixture.server();
    server.behaviour = MisbehavingServer.Behaviour.SILENT;
    CompletableFuture<RecommendAnswer> answer = ask(fixture.to(server.target()));
    server.take();

    server.close();

    assertThat(failure(answer).reason()).isEqualTo(Reason.UNAVAILABLE);
  }

  @Test
  void theCallsIdTravelsAsTheRequestsId() throws Exception {
    MisbehavingServer server = fixture.server();
    ask(fixture.to(server.target())).get();

    ModelInferRequest request = server.take();

    assertThat(request.getId()).isEqualTo("id-1");
  }
}
