package io.millrace.server.metrics;

import io.millrace.server.inference.DurationHistogram;
import io.millrace.server.inference.ModelCounter;
import io.millrace.server.inference.ModelStatistics;
import io.millrace.server.inference.ModelStatistics.Failure;
import io.millrace.server.inference.ServedModel;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/** The metrics of models: under Triton's names where it has one, in its units. */
final class ModelMetrics {
  private final PrometheusText text;
  private final List<ServedModel> models;

  ModelMetrics(PrometheusText text, List<ServedModel> models) {
    this.text = text;
    this.models = models;
  }

  void write() {
    counter(
        "nv_inference_request_success",
        "Requests that were answered.",
        statistics -> statistics.request().count());
    failures();
    counter("nv_inference_count", "Rows computed.", ModelStatistics::inferences);
    counter("nv_inference_exec_count", "Batches computed.", ModelStatistics::executions);
    micros(
        "nv_inference_request_duration_us",
        "Whole time of the requests that were answered, in microseconds.",
        ModelStatistics::request);
    micros(
        "nv_inference_queue_duration_us",
        "Time that the requests that were answered waited, in microseconds.",
        ModelStatistics::queue);
    micros(
        "nv_inference_compute_input_duration_us",
        "Time to turn what arrived into tensors, in microseconds.",
        ModelStatistics::input);
    micros(
        "nv_inference_compute_infer_duration_us",
        "Time in the graph, in microseconds.",
        ModelStatistics::compute);
    micros(
        "nv_inference_compute_output_duration_us",
        "Time to turn tensors into what is sent, in microseconds.",
        ModelStatistics::output);
    counter(
        "millrace_graph_cpu_us",
        "Processor time in the graph on the threads that run it, in microseconds.",
        statistics -> TimeUnit.NANOSECONDS.toMicros(statistics.cpuNanos()));
    text.family("nv_inference_pending_request_count", "gauge", "Requests that wait now.");
    each("nv_inference_pending_request_count", ModelStatistics::pending);
    histogram(
        "millrace_inference_request_seconds",
        "Whole time of requests that were answered.",
        ModelStatistics::request);
    histogram(
        "millrace_inference_queue_seconds",
        "Time that requests that were answered waited.",
        ModelStatistics::queue);
    histogram(
        "millrace_inference_compute_seconds",
        "Time in the graph of requests that were answered.",
        ModelStatistics::compute);
    batches();
    ofOneKind();
  }

  /** What only some models count, family by family. */
  private void ofOneKind() {
    Map<String, String> families = new LinkedHashMap<>();
    for (ServedModel model : models) {
      for (ModelCounter counter : model.counters()) {
        families.put(counter.name(), counter.help());
      }
    }
    families.forEach(
        (name, help) -> {
          text.family(name, "counter", help);
          models.forEach(model -> samples(name, model));
        });
  }

  private void samples(String name, ServedModel model) {
    for (ModelCounter counter : model.counters()) {
      if (counter.name().equals(name)) {
        text.sample(name, labels(model, counter), counter.value().getAsLong());
      }
    }
  }

  private static String labels(ServedModel model, ModelCounter counter) {
    return counter.label().isEmpty()
        ? labels(model)
        : labels(model) + ',' + PrometheusText.labels(counter.label(), counter.labelValue());
  }

  private void failures() {
    String name = "nv_inference_request_failure";
    text.family(name, "counter", "Requests that got no answer, by reason.");
    for (ServedModel model : models) {
      for (Failure reason : Failure.values()) {
        text.sample(
            name,
            labels(model) + ',' + PrometheusText.labels("reason", reason.name()),
            model.statistics().failures(reason));
      }
    }
  }

  private void batches() {
    String name = "millrace_inference_batches";
    text.family(name, "counter", "Batches computed, by their number of rows.");
    for (ServedModel model : models) {
      ModelStatistics statistics = model.statistics();
      for (int rows = 1; rows <= statistics.maxRows(); rows++) {
        long count = statistics.executions(rows);
        if (count > 0) {
          String label = PrometheusText.labels("rows", Integer.toString(rows));
          text.sample(name, labels(model) + ',' + label, count);
        }
      }
    }
  }

  private void counter(String name, String help, ToLongFunction<ModelStatistics> value) {
    text.family(name, "counter", help);
    each(name, value);
  }

  private void micros(
      String name, String help, Function<ModelStatistics, DurationHistogram> durations) {
    counter(
        name,
        help,
        statistics -> TimeUnit.NANOSECONDS.toMicros(durations.apply(statistics).nanos()));
  }

  private void histogram(
      String name, String help, Function<ModelStatistics, DurationHistogram> durations) {
    text.family(name, "histogram", help);
    for (ServedModel model : models) {
      text.histogram(name, labels(model), durations.apply(model.statistics()));
    }
  }

  private void each(String name, ToLongFunction<ModelStatistics> value) {
    for (ServedModel model : models) {
      text.sample(name, labels(model), value.applyAsLong(model.statistics()));
    }
  }

  private static String labels(ServedModel model) {
    return PrometheusText.labels(
        "model", model.description().name(), "version", model.description().version());
  }
}
