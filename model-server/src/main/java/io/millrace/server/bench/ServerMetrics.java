package io.millrace.server.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a server says about a model on its page of metrics, at one time.
 *
 * @param values by name, summed over versions
 * @param batches computed so far, by their rows; empty if the server does not say
 */
record ServerMetrics(Map<String, Double> values, Map<Integer, Double> batches) {
  /** Rows computed. */
  static final String ROWS = "nv_inference_count";

  /** Batches computed. */
  static final String BATCHES = "nv_inference_exec_count";

  /** Processor time in the graph, in microseconds; only our own server has it. */
  static final String GRAPH_CPU_MICROS = "millrace_graph_cpu_us";

  private static final String BATCHES_BY_ROWS = "millrace_inference_batches";
  private static final Pattern SAMPLE = Pattern.compile("(\\w+)\\{(.*)} (\\S+)");
  private static final Pattern ROWS_LABEL = Pattern.compile("rows=\"(\\d+)\"");

  /**
   * Reads a page.
   *
   * @param url of the page
   * @param model whose samples are wanted
   * @throws IOException if there is none
   */
  static ServerMetrics read(String url, String model) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(URI.create(url)).build();
    HttpResponse<String> page =
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    if (page.statusCode() != 200) {
      throw new IOException(url + " answers " + page.statusCode() + "; it is no page of metrics");
    }
    return parse(page.body(), model);
  }

  static ServerMetrics parse(String page, String model) {
    Map<String, Double> values = new TreeMap<>();
    Map<Integer, Double> batches = new TreeMap<>();
    page.lines()
        .map(SAMPLE::matcher)
        .filter(Matcher::matches)
        .filter(sample -> sample.group(2).contains("model=\"" + model + "\""))
        .forEach(
            sample -> {
              double value = Double.parseDouble(sample.group(3));
              values.merge(sample.group(1), value, Double::sum);
              Matcher rows = ROWS_LABEL.matcher(sample.group(2));
              if (sample.group(1).equals(BATCHES_BY_ROWS) && rows.find()) {
                batches.merge(Integer.parseInt(rows.group(1)), value, Double::sum);
              }
            });
    return new ServerMetrics(values, batches);
  }

  /** A counter; not a number if the server does not have it. */
  double value(String name) {
    return values.getOrDefault(name, Double.NaN);
  }
}
