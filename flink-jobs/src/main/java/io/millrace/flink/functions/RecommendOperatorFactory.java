package io.millrace.flink.functions;

import io.millrace.flink.inference.RecommenderFactory;
import io.millrace.flink.records.PopularNow;
import io.millrace.flink.records.SharedInput;
import io.millrace.flink.records.UserInput;
import io.millrace.schemas.avro.Recommendation;
import org.apache.flink.streaming.api.operators.AbstractStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperatorFactory;

/** Makes a {@link RecommendOperator} on each task, with the task's mailbox. */
public final class RecommendOperatorFactory extends AbstractStreamOperatorFactory<Recommendation>
    implements TwoInputStreamOperatorFactory<UserInput, SharedInput, Recommendation> {
  private static final long serialVersionUID = 1L;

  private final RecommendSettings settings;
  private final LastMileSettings lastMile;
  private final RecommenderFactory recommenders;
  private final PopularNow initialPopular;

  /**
   * @param initialPopular what is popular until something is counted, and after what is; {@link
   *     PopularNow#NOTHING} where nothing is known
   */
  public RecommendOperatorFactory(
      RecommendSettings settings,
      LastMileSettings lastMile,
      RecommenderFactory recommenders,
      PopularNow initialPopular) {
    this.settings = settings;
    this.lastMile = lastMile;
    this.recommenders = recommenders;
    this.initialPopular = initialPopular;
  }

  @Override
  @SuppressWarnings("unchecked") // the interface's own signature
  public <T extends StreamOperator<Recommendation>> T createStreamOperator(
      StreamOperatorParameters<Recommendation> parameters) {
    return (T) new RecommendOperator(parameters, settings, lastMile, recommenders, initialPopular);
  }

  @Override
  @SuppressWarnings("rawtypes") // the interface's own signature
  public Class<? extends StreamOperator> getStreamOperatorClass(ClassLoader loader) {
    return RecommendOperator.class;
  }
}
