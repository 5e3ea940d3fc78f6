package io.millrace.server.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A report as a picture: throughput, and the latency that comes with it, for each server. */
final class LoadPlot {
  private static final int WIDTH = 720;
  private static final int HEIGHT = 420;
  private static final int LEFT = 70;
  private static final int RIGHT = 20;
  private static final int TOP = 50;
  private static final int BOTTOM = 60;
  private static final int TICKS = 5;
  private static final String[] COLOURS = {"#1b6ca8", "#d1495b", "#3a7d44", "#8a5a9e", "#b8860b"};

  private final JsonNode report;
  private final StringBuilder svg = new StringBuilder();
  private double mostPerSecond;
  private double mostMillis;

  private record Point(double perSecond, double p50Millis, double p99Millis) {}

  LoadPlot(JsonNode report) {
    this.report = report;
  }

  /** Throughput to the right, latency upwards; solid the median, dashed the 99th percentile. */
  String svg() {
    List<Map.Entry<String, JsonNode>> trials = new ArrayList<>();
    trials.addAll(report.path("protocols").properties());
    trials.addAll(report.path("peers").properties());
    double raw = report.path("raw").path("best").path("rows_per_s").asDouble();
    mostPerSecond = raw;
    for (Map.Entry<String, JsonNode> trial : trials) {
      for (Point point : points(trial.getValue())) {
        mostPerSecond = Math.max(mostPerSecond, point.perSecond());
        mostMillis = Math.max(mostMillis, point.p99Millis());
      }
    }
    add(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\""
            + " font-family=\"sans-serif\" font-size=\"12\">",
        WIDTH, HEIGHT);
    add("<rect width=\"%d\" height=\"%d\" fill=\"white\"/>", WIDTH, HEIGHT);
    text(WIDTH / 2.0, 20, "middle", report.path("model").asText() + ": latency by throughput");
    axes();
    for (int i = 0; i < trials.size(); i++) {
      String colour = COLOURS[i % COLOURS.length];
      List<Point> points = points(trials.get(i).getValue());
      line(points, colour, false);
      line(points, colour, true);
      add("<g fill=\"%s\">", colour);
      text(LEFT + 15, TOP + 15 + 16.0 * i, "start", trials.get(i).getKey() + " (p50, dashed p99)");
      add("</g>");
    }
    if (raw > 0) {
      add(
          "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" stroke=\"#888\""
              + " stroke-dasharray=\"2 4\"/>",
          x(raw), TOP, x(raw), HEIGHT - BOTTOM);
      text(x(raw), TOP - 6, "end", "in process, best batch");
    }
    add("</svg>");
    return svg.toString();
  }

  private static List<Point> points(JsonNode trial) {
    List<Point> points = new ArrayList<>();
    for (JsonNode closed : trial.path("closed")) {
      points.add(
          new Point(
              closed.path("requests_per_s").asDouble(),
              closed.path("p50_us").asDouble() / 1e3,
              closed.path("p99_us").asDouble() / 1e3));
    }
    return points;
  }

  private void axes() {
    add(
        "<path d=\"M%d %dV%dH%d\" fill=\"none\" stroke=\"black\"/>",
        LEFT, TOP, HEIGHT - BOTTOM, WIDTH - RIGHT);
    for (int i = 0; i <= TICKS; i++) {
      double perSecond = mostPerSecond * i / TICKS;
      double millis = mostMillis * i / TICKS;
      text(
          x(perSecond),
          HEIGHT - BOTTOM + 18,
          "middle",
          String.format(Locale.ROOT, "%,.0f", perSecond));
      text(LEFT - 8, y(millis) + 4, "end", String.format(Locale.ROOT, "%.1f", millis));
      add(
          "<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"#ddd\"/>",
          LEFT, y(millis), WIDTH - RIGHT, y(millis));
    }
    text(LEFT + (WIDTH - LEFT - RIGHT) / 2.0, HEIGHT - 18, "middle", "calls a second");
    text(LEFT - 8, TOP - 12, "end", "ms");
  }

  private void line(List<Point> points, String colour, boolean tail) {
    StringBuilder path = new StringBuilder();
    for (Point point : points) {
      path.append(
          String.format(
              Locale.ROOT,
              "%s%.1f %.1f",
              path.isEmpty() ? "M" : "L",
              x(point.perSecond()),
              y(tail ? point.p99Millis() : point.p50Millis())));
    }
    add(
        "<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"%s/>",
        path, colour, tail ? " stroke-dasharray=\"6 4\"" : "");
  }

  private double x(double perSecond) {
    return LEFT + perSecond / mostPerSecond * (WIDTH - LEFT - RIGHT);
  }

  private double y(double millis) {
    return HEIGHT - BOTTOM - millis / mostMillis * (HEIGHT - TOP - BOTTOM);
  }

  private void text(double x, double y, String anchor, String content) {
    String escaped = content.replace("&", "&amp;").replace("<", "&lt;");
    add("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>", x, y, anchor, escaped);
  }

  private void add(String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
