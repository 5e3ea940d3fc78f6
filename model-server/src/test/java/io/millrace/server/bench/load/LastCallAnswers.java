package io.millrace.server.bench.load;

import java.util.function.Consumer;

/** Passes calls on to a fake server, and has it answer everything once the last one is sent. */
record LastCallAnswers(FakeServer server, long last) implements Target {
  @Override
  public int calls() {
    return server.calls();
  }

  @Override
  public void send(int call, Consumer<Outcome> completion) {
    server.send(call, completion);
    if (server.asked.size() == last) {
      server.finishAll();
    }
  }

  @Override
  public void close() {}
}
