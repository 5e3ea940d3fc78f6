package io.millrace.server.inference;

import java.util.List;

/** The models that are being served. */
public interface ModelCatalogue {
  /**
   * The model that answers a request.
   *
   * @param version as the caller names it; empty: the current one
   * @throws InferenceException NOT_FOUND, saying what there is; INVALID_ARGUMENT for a version that
   *     is no number
   */
  ServedModel find(String name, String version);

  /**
   * The configuration that a model is served with: a {@code ModelConfig} of the protocol,
   * serialised.
   *
   * @param version as {@link #find} takes it
   * @throws InferenceException NOT_FOUND, saying what there is
   */
  byte[] configuration(String name, String version);

  /**
   * Has a request answered by the version that serves the name when the request is taken. While
   * versions change, a request goes to the old one or the new one as a whole, and to one of them
   * for certain.
   *
   * @param version as the caller names it; empty: the current one
   * @param responder called exactly once, on any thread, unless this throws
   * @throws InferenceException NOT_FOUND, or if the request is refused as it stands
   */
  default void infer(String name, String version, InferenceRequest request, Responder responder) {
    ServedModel model = find(name, version);
    while (!model.infer(request, responder)) {
      ServedModel successor = find(name, version);
      if (successor == model) {
        throw stopping(name);
      }
      model = successor;
    }
  }

  /**
   * The version that serves now, for a caller that has more than one request for it.
   *
   * @param version as {@link #find} takes it
   * @throws InferenceException NOT_FOUND, saying what there is; UNAVAILABLE if the server stops
   */
  HeldModel hold(String name, String version);

  /**
   * Refuses what no version is called. To be asked about versions that are not there: those that
   * are have numbers.
   */
  static void requireNumber(String model, String version) {
    if (!version.matches("-?[0-9]*")) {
      throw InferenceException.invalid(
          "model '%s': version '%s' is no number; leave it out for the current one",
          model, version);
    }
  }

  /** The failure of a request whose model takes no more and has no successor. */
  static InferenceException stopping(String name) {
    return new InferenceException(
        InferenceException.Code.UNAVAILABLE,
        "model '" + name + "': it is stopping; ask another server");
  }

  /** Every model's current version, by name. */
  List<ServedModel> models();

  /** How far the server is. */
  ServerState state();

  /** Whether every model can take requests. */
  default boolean ready() {
    return state() == ServerState.READY;
  }
}
