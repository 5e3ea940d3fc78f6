package io.millrace.server.inference;

import java.util.List;

/** The models that are being served. */
public interface ModelCatalogue {
  /**
   * The model that answers a request.
   *
   * @param version as the caller names it; empty: the current one
   * @throws InferenceException NOT_FOUND, saying what there is
   */
  ServedModel find(String name, String version);

  /** Every model's current version, by name. */
  List<ServedModel> models();

  /** Whether every model can take requests. */
  boolean ready();
}
