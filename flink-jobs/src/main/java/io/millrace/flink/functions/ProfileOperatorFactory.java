package io.millrace.flink.functions;

import io.millrace.flink.llm.TextEncoderFactory;
import io.millrace.flink.records.ItemUpdate;
import io.millrace.flink.records.ProfileChange;
import io.millrace.flink.records.ProfileInput;
import org.apache.flink.streaming.api.operators.AbstractStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperatorFactory;

/** Makes a {@link ProfileOperator} on each task, with the task's mailbox. */
public final class ProfileOperatorFactory extends AbstractStreamOperatorFactory<ProfileChange>
    implements TwoInputStreamOperatorFactory<ProfileInput, ItemUpdate, ProfileChange> {
  private static final long serialVersionUID = 1L;

  private final ProfileSettings settings;
  private final TextEncoderFactory encoders;

  /**
   * @param encoders who turns profiles into vectors
   */
  public ProfileOperatorFactory(ProfileSettings settings, TextEncoderFactory encoders) {
    this.settings = settings;
    this.encoders = encoders;
  }

  @Override
  @SuppressWarnings("unchecked") // the interface's own signature
  public <T extends StreamOperator<ProfileChange>> T createStreamOperator(
      StreamOperatorParameters<ProfileChange> parameters) {
    return (T) new ProfileOperator(parameters, settings, encoders);
  }

  @Override
  @SuppressWarnings("rawtypes") // the interface's own signature
  public Class<? extends StreamOperator> getStreamOperatorClass(ClassLoader loader) {
    return ProfileOperator.class;
  }
}
