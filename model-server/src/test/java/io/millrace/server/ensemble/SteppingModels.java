package io.millrace.server.ensemble;

import io.millrace.server.inference.HeldModel;
import io.millrace.server.inference.InferenceException;
import io.millrace.server.inference.InferenceException.Code;
import io.millrace.server.inference.ModelCatalogue;
import io.millrace.server.inference.ServedModel;
import io.millrace.server.inference.ServerState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One version of each model, replaced when the test says so; holds are counted. */
final class SteppingModels implements ModelCatalogue {
  private final Map<String, ServedModel> serving = new HashMap<>();

  /** Versions that are held, as often as they are. */
  final List<ServedModel> held = new ArrayList<>();

  /** From now on the model that serves its name. */
  void serve(ServedModel model) {
    serving.put(model.description().name(), model);
  }

  void remove(String name) {
    serving.remove(name);
  }

  @Override
  public ServedModel find(String name, String version) {
    ServedModel model = serving.get(name);
    if (model == null || !(version.isEmpty() || model.description().version().equals(version))) {
      throw new InferenceException(Code.NOT_FOUND, "model '" + name + "' does not exist");
    }
    return model;
  }

  @Override
  public HeldModel hold(String name, String version) {
    ServedModel model = find(name, version);
    held.add(model);
    return new HeldModel() {
      @Override
      public ServedModel model() {
        return model;
      }

      @Override
      public void close() {
        held.remove(model);
      }
    };
  }

  @Override
  public byte[] configuration(String name, String version) {
    return new byte[0];
  }

  @Override
  public List<ServedModel> models() {
    return List.copyOf(serving.values());
  }

  @Override
  public ServerState state() {
    return ServerState.READY;
  }
}
