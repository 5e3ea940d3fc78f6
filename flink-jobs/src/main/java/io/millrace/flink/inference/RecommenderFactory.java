package io.millrace.flink.inference;

import java.io.Serializable;

/**
 * Makes a {@link Recommender} where it is needed: on each task, after the job was shipped there.
 */
@FunctionalInterface
public interface RecommenderFactory extends Serializable {

  /** Called once per operator instance, before it reads; the caller closes what it gets. */
  Recommender create();
}
