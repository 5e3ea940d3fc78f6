package io.millrace.server.inference;

import java.util.List;

/**
 * What the protocol's repository extension asks for. Any thread may call; loading and unloading
 * return when they are done, which takes as long as a model takes to load or to drain.
 */
public interface RepositoryControl {
  /**
   * Every version of every model that the repository knows, by name and then version.
   *
   * @param readyOnly leave out what cannot take requests
   */
  List<ModelIndexEntry> index(boolean readyOnly);

  /**
   * Loads, or loads again, a model as its folder is now. What serves goes on serving until what is
   * loaded has taken its place, and if loading fails.
   *
   * @throws InferenceException NOT_FOUND without such a folder; FAILED_PRECONDITION if it cannot be
   *     served, saying why; UNAVAILABLE where models are not loaded on request
   */
  void load(String model);

  /**
   * Stops serving a model, once the requests that it has taken are answered.
   *
   * @param parts also the models that it is made of, except for those that another ensemble needs
   * @throws InferenceException NOT_FOUND if it is not loaded; UNAVAILABLE where models are not
   *     unloaded on request
   */
  void unload(String model, boolean parts);
}
