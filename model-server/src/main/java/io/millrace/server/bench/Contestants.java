package io.millrace.server.bench;

import io.millrace.schemas.inference.ModelMetadataResponse;
import io.millrace.server.bench.load.Target;
import io.millrace.server.recommender.Bundle;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Who takes turns, with the servers that were started for it. */
final class Contestants implements AutoCloseable {
  private static final int HEAP_MB = 256;
  private static final Pattern SHAPE = Pattern.compile("([1-9]\\d{0,3})x([1-9]\\d{0,3})");

  private final String model;
  private final HistoryOptions histories;
  private final List<Integer> callers;
  private final boolean halfLoad;
  private final List<Contestant> all = new ArrayList<>();
  private final Deque<AutoCloseable> open = new ArrayDeque<>();

  /**
   * Nobody yet.
   *
   * @param model that servers are asked for
   * @param callers of each server, in turns of their own
   * @param halfLoad whether half of what these came to is a turn, too
   */
  Contestants(String model, HistoryOptions histories, List<Integer> callers, boolean halfLoad) {
    this.model = model;
    this.histories = histories;
    this.callers = callers;
    this.halfLoad = halfLoad;
  }

  /** In the order in which they were added. */
  List<Contestant> all() {
    return all;
  }

  /**
   * Adds the model in process.
   *
   * @param shape INSTANCESxROWS
   */
  void addInProcess(String shape) throws IOException {
    Matcher parts = SHAPE.matcher(shape);
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "--in-process " + shape + " is not INSTANCESxROWS; write, for instance, 2x32");
    }
    Bundle bundle = histories.bundle();
    add(
        new InProcessContestant(
            histories.folder(),
            bundle,
            histories.read(bundle),
            Integer.parseInt(parts.group(2)),
            Integer.parseInt(parts.group(1))));
  }

  /** Starts a server and adds its callers. */
  void addServer(String name, List<String> options, Path log, boolean padded)
      throws IOException, InterruptedException {
    ServerProcess server = ServerProcess.start(HEAP_MB, log, options);
    open.push(server);
    ServerUsage usage = new ServerUsage(server.pid(), server.metricsUrl(), model);
    add(name, new Endpoint("grpc", server.grpc()), usage, padded);
  }

  /** Adds the callers of a server that runs. */
  void addRunning(String name, String url, boolean padded)
      throws IOException, InterruptedException {
    add(name, Endpoint.parse(url), new ServerUsage(0, null, model), padded);
  }

  private void add(String name, Endpoint endpoint, ServerUsage usage, boolean padded)
      throws IOException, InterruptedException {
    ModelMetadataResponse metadata = endpoint.metadata(model);
    add(name, endpoint, usage, ModelCalls.of(metadata, histories, false, Map.of()));
    if (padded) {
      add(name + ", padded", endpoint, usage, ModelCalls.of(metadata, histories, true, Map.of()));
    }
  }

  private void add(String name, Endpoint endpoint, ServerUsage usage, ModelCalls calls) {
    Target target = endpoint.target(calls.requests());
    open.push(target);
    Target brief = endpoint.target(calls.brief());
    open.push(brief);
    for (int count : callers) {
      CallersContestant closed =
          new CallersContestant(name + ", " + count + " callers", target, brief, count, usage);
      add(closed);
      if (halfLoad) {
        add(new HalfLoadContestant(closed, target));
      }
    }
  }

  private void add(Contestant contestant) {
    all.add(contestant);
    open.push(contestant);
  }

  /** Ends what was started, the newest first. */
  @Override
  public void close() throws Exception {
    while (!open.isEmpty()) {
      open.pop().close();
    }
  }
}
