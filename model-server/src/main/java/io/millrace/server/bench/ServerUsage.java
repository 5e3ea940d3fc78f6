package io.millrace.server.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a server uses to answer: processor time, how much of it in the graph and in the compiler,
 * and batches.
 *
 * @param pid of the server; 0 if it is not known
 * @param metricsUrl its page of metrics, if it has one
 * @param model whose batches count
 */
record ServerUsage(long pid, @Nullable String metricsUrl, String model) {
  private static final double NANOS_PER_MICRO = 1e3;

  /** Everything so far. */
  record Reading(Duration cpu, Duration compiler, @Nullable ServerMetrics metrics) {}

  Reading read() throws IOException, InterruptedException {
    Duration cpu =
        ProcessHandle.of(pid)
            .flatMap(process -> process.info().totalCpuDuration())
            .orElse(Duration.ZERO);
    ServerMetrics metrics = metricsUrl == null ? null : ServerMetrics.read(metricsUrl, model);
    return new Reading(cpu, CompilerTime.of(pid), metrics);
  }

  /** Writes what was used since a reading, by answered call. */
  void write(Reading before, long answered, ObjectNode report)
      throws IOException, InterruptedException {
    Reading now = read();
    double cpu = now.cpu().minus(before.cpu()).toNanos() / NANOS_PER_MICRO / answered;
    double compiler =
        now.compiler().minus(before.compiler()).toNanos() / NANOS_PER_MICRO / answered;
    if (pid != 0) {
      report.put("server_core_us_per_request", cpu);
      report.put("compiler_core_us_per_request", compiler);
    }
    ServerMetrics old = before.metrics();
    ServerMetrics current = now.metrics();
    if (old == null || current == null) {
      return;
    }
    double batches = since(old, current, ServerMetrics.BATCHES);
    report.put("mean_batch_rows", since(old, current, ServerMetrics.ROWS) / batches);
    double graph = since(old, current, ServerMetrics.GRAPH_CPU_MICROS) / answered;
    if (pid != 0 && !Double.isNaN(graph)) {
      report.put("graph_core_us_per_request", graph);
      report.put("other_core_us_per_request", cpu - graph - compiler);
    }
    ObjectNode sizes = report.putObject("batches_by_rows");
    for (Map.Entry<Integer, Double> entry : current.batches().entrySet()) {
      double count = entry.getValue() - old.batches().getOrDefault(entry.getKey(), 0.0);
      if (count > 0) {
        sizes.put(entry.getKey().toString(), Math.round(count));
      }
    }
  }

  private static double since(ServerMetrics old, ServerMetrics now, String name) {
    return now.value(name) - old.value(name);
  }
}
