package io.millrace.server;

import io.millrace.server.inference.InferenceException;
import io.millrace.server.inference.ModelIndexEntry;
import io.millrace.server.inference.ModelIndexEntry.State;
import io.millrace.server.inference.RepositoryControl;
import java.util.ArrayList;
import java.util.List;

/** A repository that remembers what was asked of it; it has one model, {@code affine}. */
public final class FakeRepository implements RepositoryControl {
  private final List<String> calls = new ArrayList<>();

  @Override
  public List<ModelIndexEntry> index(boolean readyOnly) {
    ModelIndexEntry ready = new ModelIndexEntry("affine", "1", State.READY, "");
    ModelIndexEntry broken = new ModelIndexEntry("affine", "2", State.UNAVAILABLE, "no graph");
    return readyOnly ? List.of(ready) : List.of(ready, broken);
  }

  @Override
  public synchronized void load(String model) {
    requireKnown(model);
    calls.add("load " + model);
  }

  @Override
  public synchronized void unload(String model, boolean parts) {
    requireKnown(model);
    calls.add("unload " + model + (parts ? " and its parts" : ""));
  }

  private static void requireKnown(String model) {
    if (!model.equals("affine")) {
      throw new InferenceException(
          InferenceException.Code.NOT_FOUND, "model '" + model + "' has no folder");
    }
  }

  /** What was asked since the last time. */
  public synchronized List<String> takeCalls() {
    List<String> taken = List.copyOf(calls);
    calls.clear();
    return taken;
  }
}
