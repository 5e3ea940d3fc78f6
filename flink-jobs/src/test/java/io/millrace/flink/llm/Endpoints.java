package io.millrace.flink.llm;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.random.RandomGenerator;

/** An endpoint with a wire and a clock in the test's hands. */
final class Endpoints {
  static final String URL = "http://model.example/v1";
  static final Instant START = Instant.parse("2026-11-21T12:00:00Z");

  private Endpoints() {}

  static EndpointSettings settings(String url, ApiKeySource key, Duration timeout, int attempts) {
    return new EndpointSettings(
        url, "tiny", key, timeout, attempts, Duration.ofSeconds(30), 1 << 16);
  }

  static EndpointSettings settings() {
    return settings(URL, ApiKeySource.NONE, Duration.ofSeconds(10), 3);
  }

  static JsonEndpoint endpoint(
      EndpointSettings settings,
      FakeTransport transport,
      ManualScheduler scheduler,
      DoubleSupplier random) {
    return new JsonEndpoint(
        settings,
        transport,
        scheduler,
        new ApiKey(settings.key(), name -> "secret-of-" + name, () -> 0),
        () -> START.plusMillis(scheduler.now()),
        drawing(random));
  }

  private static RandomGenerator drawing(DoubleSupplier random) {
    return new RandomGenerator() {
      @Override
      public long nextLong() {
        throw new UnsupportedOperationException("pauses are drawn from 0 to 1");
      }

      @Override
      public double nextDouble() {
        return random.getAsDouble();
      }
    };
  }

  static ChatRequest question(String text) {
    return new ChatRequest(List.of(new ChatMessage(ChatMessage.Role.USER, text)), null, 20, 7);
  }

  static ChatRequest question(String text, String schema) {
    return new ChatRequest(List.of(new ChatMessage(ChatMessage.Role.USER, text)), schema, 20, 7);
  }

  /** An answer as such endpoints write it. */
  static String answer(String escapedText) {
    return "{\"model\":\"tiny-1\",\"choices\":[{\"message\":{\"role\":\"assistant\",\"content\":\""
        + escapedText
        + "\"},\"finish_reason\":\"stop\"}],"
        + "\"usage\":{\"prompt_tokens\":11,\"completion_tokens\":5}}";
  }
}
