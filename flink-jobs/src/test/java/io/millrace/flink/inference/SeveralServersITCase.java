package io.millrace.flink.inference;

import static io.millrace.flink.inference.RecommenderFixture.ask;
import static io.millrace.flink.inference.RecommenderFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.millrace.flink.inference.RecommendFailure.Reason;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whom a recommender asks: load, loss, failure and hedging over several servers. */
@Timeout(120)
class SeveralServersITCase {
  private static final Duration LONGER_THAN_A_PAUSE = RecommenderFixture.PAUSE.multipliedBy(2);

  private final RecommenderFixture fixture = new RecommenderFixture();
  private final MisbehavingServer one = fixture.server();
  private final MisbehavingServer other = fixture.server();

  @AfterEach
  void closeAll() throws Exception {
    fixture.close();
  }

  private GrpcRecommender toBoth() throws Exception {
    GrpcRecommender recommender = fixture.to(one.target(), other.target());
    while (one.receivedCount() == 0 || other.receivedCount() == 0) {
      ask(recommender).get();
    }
    one.forget();
    other.forget();
    return recommender;
  }

  @Test
  void idleServersAreCalledInTurn() throws Exception {
    GrpcRecommender recommender = toBoth();

    for (int i = 0; i < 10; i++) {
      ask(recommender).get();
    }

    assertThat(one.receivedCount()).isEqualTo(5);
    assertThat(other.receivedCount()).isEqualTo(5);
  }

  @Test
  void aServerThatIsBusyIsLeftToItsWork() throws Exception {
    GrpcRecommender recommender = toBoth();
    one.behaviour = MisbehavingServer.Behaviour.SILENT;
    other.behaviour = MisbehavingServer.Behaviour.SILENT;
    ask(recommender);
    MisbehavingServer busy = firstCalled();
    (busy == one ? other : one).behaviour = MisbehavingServer.Behaviour.GOOD;

    for (int i = 0; i < 10; i++) {
      ask(recommender).get();
    }

    assertThat(busy.receivedCount()).isEqualTo(1);
  }

  /** Calls that come while requests end must not take a full server for one that fails. */
  @Test
  void noneOfManyCallsIsGivenUp() throws Exception {
    GrpcRecommender recommender = fixture.to(one.target());
    one.behaviour = MisbehavingServer.Behaviour.ECHO;
    Semaphore inFlight = new Semaphore(64);
    Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    for (int i = 0; i < 10_000; i++) {
      inFlight.acquire();
      var unused =
          ask(recommender)
              .whenComplete(
                  (answer, failure) -> {
                    if (failure != null) {
                      failures.add(failure);
                    }
                    inFlight.release();
                  });
    }
    inFlight.acquire(64);

    assertThat(failures).isEmpty();
  }

  @Test
  void aServerThatIsGoneIsPassedOver() throws Exception {
    GrpcRecommender recommender = toBoth();
    one.close();

    // The loss may cost the calls that find it out; afterwards every call is answered, also while
    // the lost server is tried again and again.
    int inARow = 0;
    while (inARow < 50) {
      fixture.nanos.addAndGet(LONGER_THAN_A_PAUSE.toNanos());
      boolean answered = ask(recommender).handle((answer, failure) -> failure == null).get();
      inARow = answered ? inARow + 1 : 0;
    }
    assertThat(other.receivedCount()).isGreaterThanOrEqualTo(50);
  }

  @Test
  void aServerThatComesBackIsUsedAgain() throws Exception {
    GrpcRecommender recommender = fixture.to(one.target());
    ask(recommender).get();
    one.close();
    while (failure(ask(recommender)).reason() != Reason.UNAVAILABLE) {
      fixture.nanos.addAndGet(1);
    }

    MisbehavingServer again = fixture.open(new MisbehavingServer(one.port()));
    // Each call moves the clock by more than the pause between reconnections, so it is the
    // reconnection, not gRPC's own growing pause, that brings the server back.
    boolean back = false;
    while (!back) {
      fixture.nanos.addAndGet(LONGER_THAN_A_PAUSE.toNanos());
      back = ask(recommender).handle((answer, failure) -> failure == null).get();
    }
    assertThat(again.take()).isNotNull();
  }

  /** Until the breaker has seen enough. */
  private void makeFail(GrpcRecommender recommender, MisbehavingServer server) throws Exception {
    server.behaviour =
        (request, out) -> out.onError(Status.INTERNAL.withDescription("ill").asRuntimeException());
    while (recommender.serversLeftAlone() == 0) {
      ask(recommender).handle((answer, failure) -> failure == null).get();
    }
    server.forget();
  }

  @Test
  void whenItsOnlyServerKeepsFailingAListIsGivenUpAtOnce() throws Exception {
    GrpcRecommender recommender = fixture.to(one.target());
    makeFail(recommender, one);

    RecommendFailure failure = failure(ask(recommender));

    assertThat(failure.reason()).isEqualTo(Reason.UNAVAILABLE);
    assertThat(failure).hasMessageContaining("every model server keeps failing");
    assertThat(one.receivedCount()).isZero();
  }

  @Test
  void afterThePauseOneRequestTriesAndItsAnswerBringsTheServerBack() throws Exception {
    GrpcRecommender recommender = fixture.to(one.target());
    makeFail(recommender, one);
    BlockingQueue<Runnable> held = new LinkedBlockingQueue<>();
    one.behaviour =
        (request, out) -> held.add(() -> MisbehavingServer.Behaviour.GOOD.handle(request, out));
    fixture.nanos.addAndGet(LONGER_THAN_A_PAUSE.toNanos());

    CompletableFuture<RecommendAnswer> trial = ask(recommender);
    Runnable answer = held.take();
    assertThat(failure(ask(recommender)).reason()).isEqualTo(Reason.UNAVAILABLE);
    one.behaviour = MisbehavingServer.Behaviour.GOOD;
    answer.run();

    assertThat(trial.get().items()).hasSize(2);
    assertThat(ask(recommender).get().items()).hasSize(2);
    assertThat(recommender.serversLeftAlone()).isZero();
  }

  @Test
  void aServerThatKeepsFailingIsLeftAloneWhileAnotherAnswers() throws Exception {
    GrpcRecommender recommender = toBoth();
    makeFail(recommender, one);

    for (int i = 0; i < 10; i++) {
      ask(recommender).get();
    }

    assertThat(one.receivedCount()).isZero();
    assertThat(recommender.serversLeftAlone()).isEqualTo(1);
  }

  @Test
  void refusalsAndFullQueuesDoNotSpeakAgainstAServer() throws Exception {
    GrpcRecommender recommender = fixture.to(one.target());
    for (Status status : new Status[] {Status.INVALID_ARGUMENT, Status.RESOURCE_EXHAUSTED}) {
      one.behaviour = (request, out) -> out.onError(status.asRuntimeException());
      for (int i = 0; i < 20; i++) {
        failure(ask(recommender));
      }
    }

    assertThat(recommender.serversLeftAlone()).isZero();
  }

  @Test
  void callsThatNobodyWantsDoNotSpeakAgainstAServer() throws Exception {
    GrpcRecommender recommender = fixture.to(one.target());
    one.behaviour = MisbehavingServer.Behaviour.SILENT;
    for (int i = 0; i < 20; i++) {
      CompletableFuture<RecommendAnswer> answer = ask(recommender);
      one.take();
      answer.cancel(true);
    }
    one.behaviour = MisbehavingServer.Behaviour.GOOD;

    assertThat(ask(recommender).get().items()).hasSize(2);
    assertThat(recommender.serversLeftAlone()).isZero();
  }

  @Test
  void withoutHedgingASlowRequestIsWaitedFor() throws Exception {
    toBoth();

    assertThat(fixture.delayed).isEmpty();
  }

  @Test
  void aSlowRequestIsSentToTheOtherServerTooAndTheFirstAnswerCounts() throws Exception {
    fixture.hedgeAfter = Duration.ofMillis(5);
    GrpcRecommender recommender = toBoth();
    one.behaviour = MisbehavingServer.Behaviour.SILENT;
    other.behaviour = MisbehavingServer.Behaviour.SILENT;
    fixture.delayed.clear();
    CompletableFuture<RecommendAnswer> answer = ask(recommender);
    MisbehavingServer slow = firstCalled();
    MisbehavingServer quick = slow == one ? other : one;
    quick.behaviour = MisbehavingServer.Behaviour.GOOD;

    fixture.delayed.forEach(Runnable::run);

    assertThat(answer.get().items()).hasSize(2);
    assertThat(slow.cancelled.await(60, TimeUnit.SECONDS)).isTrue();
    assertThat(quick.receivedCount()).isEqualTo(1);
  }

  @Test
  void anAnsweredRequestIsNotHedged() throws Exception {
    fixture.hedgeAfter = Duration.ofMillis(5);
    GrpcRecommender recommender = toBoth();
    ask(recommender).get();

    fixture.delayed.forEach(Runnable::run);
    ask(recommender).get();

    assertThat(one.receivedCount() + other.receivedCount()).isEqualTo(2);
  }

  @Test
  void aFailureIsOnlyTheOutcomeWhenNoAttemptIsLeft() throws Exception {
    fixture.hedgeAfter = Duration.ofMillis(5);
    GrpcRecommender recommender = toBoth();
    BlockingQueue<Runnable> held = new LinkedBlockingQueue<>();
    MisbehavingServer.Behaviour answersLater =
        (request, out) -> held.add(() -> MisbehavingServer.Behaviour.GOOD.handle(request, out));
    one.behaviour = answersLater;
    other.behaviour = answersLater;
    fixture.delayed.clear();
    CompletableFuture<RecommendAnswer> answer = ask(recommender);
    MisbehavingServer second = firstCalled() == one ? other : one;
    CompletableFuture<Void> refused = new CompletableFuture<>();
    second.behaviour =
        (request, out) -> {
          out.onError(Status.UNAVAILABLE.asRuntimeException());
          refused.complete(null);
        };

    fixture.delayed.forEach(Runnable::run);
    refused.get();
    held.take().run();

    assertThat(answer.get().items()).hasSize(2);
  }

  private MisbehavingServer firstCalled() {
    while (true) {
      if (one.receivedCount() > 0) {
        return one;
      }
      if (other.receivedCount() > 0) {
        return other;
      }
      Thread.onSpinWait();
    }
  }
}
