package io.millrace.server.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Has callers ask a language model behind OpenAI's interface, this server's or another one's, for
 * texts back to back. Every prompt is another one from its first word, so that no cache answers.
 */
@Command(
    name = "language-model-load",
    mixinStandardHelpOptions = true,
    usageHelpWidth = 100,
    description = "Measures tokens per second of an endpoint. Prints one JSON object.")
@SuppressWarnings("NullAway.Init")
public final class LanguageModelLoad implements Callable<Integer> {
  private static final double NANOS_PER_SECOND = 1e9;
  private static final int OK = 200;
  private static final String WORDS =
      " watched a film about the sea and the people who live beside it and wrote that";

  @Option(
      names = "--url",
      required = true,
      paramLabel = "URL",
      description = "Of the endpoint, such as http://127.0.0.1:8000/v1.")
  private String url;

  @Option(names = "--model", required = true, paramLabel = "NAME", description = "To ask for.")
  private String model;

  @Option(
      names = "--callers",
      paramLabel = "N",
      description = "Requests at the same time. Default: ${DEFAULT-VALUE}.")
  private int callers = 1;

  @Option(
      names = "--requests",
      paramLabel = "N",
      description = "Requests that are measured. Default: ${DEFAULT-VALUE}.")
  private int requests = 8;

  @Option(
      names = "--prompt-words",
      paramLabel = "N",
      description = "Words of a prompt, about a token each. Default: ${DEFAULT-VALUE}.")
  private int promptWords = 16;

  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      description = "Most tokens of an answer. Default: ${DEFAULT-VALUE}.")
  private int maxTokens = 128;

  private final ObjectMapper mapper = new ObjectMapper();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private record Tokens(int prompt, int generated) {}

  /** Runs as a command of its own. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new LanguageModelLoad()).execute(args));
  }

  @Override
  public Integer call() throws InterruptedException, ExecutionException, IOException {
    ask(-1);
    AtomicInteger next = new AtomicInteger();
    ExecutorService threads = Executors.newFixedThreadPool(callers);
    int prompt = 0;
    int generated = 0;
    long began = System.nanoTime();
    try {
      List<Future<Tokens>> answers = new ArrayList<>();
      for (int i = 0; i < requests; i++) {
        answers.add(threads.submit(() -> ask(next.getAndIncrement())));
      }
      for (Future<Tokens> answer : answers) {
        prompt += answer.get().prompt();
        generated += answer.get().generated();
      }
    } finally {
      threads.shutdownNow();
    }
    double seconds = (System.nanoTime() - began) / NANOS_PER_SECOND;
    ObjectNode result = mapper.createObjectNode();
    result.put("callers", callers).put("requests", requests).put("seconds", seconds);
    result.put("prompt_tokens", prompt).put("generated_tokens", generated);
    result.put("prompt_tokens_per_s", prompt / seconds);
    result.put("generated_tokens_per_s", generated / seconds);
    System.out.println(result);
    return 0;
  }

  private Tokens ask(int number) throws IOException, InterruptedException {
    StringBuilder prompt = new StringBuilder("Reader " + (number + 1) * 7919);
    int words = 2;
    for (int i = 0; words < promptWords; i++) {
      String[] more = WORDS.strip().split(" ");
      prompt.append(' ').append(more[(i + number + 1) % more.length]);
      words++;
    }
    ObjectNode body = mapper.createObjectNode();
    body.put("model", model).put("prompt", prompt.toString()).put("max_tokens", maxTokens);
    body.put("temperature", 1.0).put("seed", number + 2);
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url + "/completions"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
            .build();
    HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() != OK) {
      throw new IOException(url + " answered " + response.statusCode() + ": " + response.body());
    }
    JsonNode usage = mapper.readTree(response.body()).path("usage");
    return new Tokens(usage.path("prompt_tokens").asInt(), usage.path("completion_tokens").asInt());
  }
}
