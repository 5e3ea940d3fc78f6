package io.millrace.server.metrics;

import io.millrace.server.http.HttpExchange;
import io.millrace.server.http.HttpService;
import io.millrace.server.inference.InferenceException;
import io.millrace.server.inference.ModelCatalogue;
import io.millrace.server.inference.ServerState;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Answers {@code GET /metrics}. Versions that no longer serve are no longer listed. */
public final class MetricsPage implements HttpService {
  private static final int OK = 200;

  private final ModelCatalogue models;
  private final List<MetricsSource> sources;
  private final MemoryMXBean memory = ManagementFactory.getMemoryMXBean();

  /**
   * Over those models.
   *
   * @param sources what else the server counts
   */
  public MetricsPage(ModelCatalogue models, List<MetricsSource> sources) {
    this.models = models;
    this.sources = List.copyOf(sources);
  }

  @Override
  public void serve(HttpExchange exchange) {
    if (!exchange.path().equals("/metrics") || !exchange.method().equals("GET")) {
      throw new InferenceException(
          InferenceException.Code.NOT_FOUND, "there is only GET /metrics here");
    }
    exchange.answer(OK, PrometheusText.CONTENT_TYPE, Map.of(), text().bytes());
  }

  private PrometheusText text() {
    PrometheusText text = new PrometheusText();
    new ModelMetrics(text, models.models()).write();
    text.family("millrace_server_ready", "gauge", "1 while every model takes requests, else 0.");
    text.sample("millrace_server_ready", "", models.ready() ? 1 : 0);
    text.family("millrace_server_state", "gauge", "1 for the state that the server is in, else 0.");
    for (ServerState state : ServerState.values()) {
      text.sample(
          "millrace_server_state",
          PrometheusText.labels("state", state.name().toLowerCase(Locale.ROOT)),
          models.state() == state ? 1 : 0);
    }
    text.family("millrace_heap_used_bytes", "gauge", "Java heap in use.");
    text.sample("millrace_heap_used_bytes", "", memory.getHeapMemoryUsage().getUsed());
    sources.forEach(source -> source.write(text));
    return text;
  }
}
