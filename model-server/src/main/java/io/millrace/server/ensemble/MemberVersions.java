package io.millrace.server.ensemble;

import io.millrace.server.inference.HeldModel;
import io.millrace.server.inference.InferenceException;
import io.millrace.server.inference.ModelCatalogue;
import io.millrace.server.inference.ServedModel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The versions that one request is answered by: those that serve when it begins, of every model
 * that it will come to, also within ensembles of ensembles. However often versions change on its
 * way, all steps of a model are answered by the same one.
 */
final class MemberVersions implements AutoCloseable {
  private final ModelCatalogue models;
  private final Map<Wanted, ServedModel> members = new HashMap<>();
  private final List<HeldModel> held = new ArrayList<>();

  /** A model and version as a step names them. */
  private record Wanted(String model, String version) {
    Wanted(EnsembleStep step) {
      this(step.model(), step.version());
    }
  }

  private MemberVersions(ModelCatalogue models) {
    this.models = models;
  }

  /**
   * Holds them.
   *
   * @throws InferenceException if one is not there, naming its step; nothing is held then
   */
  static MemberVersions hold(EnsemblePlan plan, ModelCatalogue models) {
    MemberVersions versions = new MemberVersions(models);
    try {
      versions.hold(plan);
      return versions;
    } catch (RuntimeException e) {
      versions.close();
      throw e;
    }
  }

  private void hold(EnsemblePlan plan) {
    for (EnsembleStep step : plan.steps()) {
      Wanted wanted = new Wanted(step);
      if (!members.containsKey(wanted)) {
        try {
          ServedModel member = hold(wanted);
          members.put(wanted, member);
          if (member instanceof EnsembleModel inner) {
            hold(inner.plan());
          }
        } catch (InferenceException e) {
          throw plan.failure(step, e);
        }
      }
    }
  }

  /** A version that is held already counts, even if other files have come under its number. */
  private ServedModel hold(Wanted wanted) {
    HeldModel found = models.hold(wanted.model(), wanted.version());
    String number = found.model().description().version();
    for (Map.Entry<Wanted, ServedModel> other : members.entrySet()) {
      if (other.getKey().model().equals(wanted.model())
          && other.getValue().description().version().equals(number)) {
        found.close();
        return other.getValue();
      }
    }
    held.add(found);
    return found.model();
  }

  /** The version that answers a step. */
  ServedModel of(EnsembleStep step) {
    return Objects.requireNonNull(members.get(new Wanted(step)), step.model());
  }

  /** Lets all of them go. */
  @Override
  public void close() {
    held.forEach(HeldModel::close);
    held.clear();
  }
}
