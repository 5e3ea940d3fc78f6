package io.millrace.flink.functions;

import io.millrace.flink.llm.AnswerJournal;
import io.millrace.flink.llm.LanguageModelCall;
import io.millrace.flink.llm.LanguageModelFactory;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.flink.streaming.api.operators.AbstractStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.OneInputStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.util.function.SerializableSupplier;

/** Makes a {@link LanguageModelGateway} on its task, with the task's mailbox. */
public final class LanguageModelGatewayFactory extends AbstractStreamOperatorFactory<Void>
    implements OneInputStreamOperatorFactory<LanguageModelCall, Void> {
  private static final long serialVersionUID = 1L;

  private final GatewaySettings settings;
  private final LanguageModelFactory models;
  private final AnswerJournal.Factory journals;
  private final SerializableSupplier<ExecutorService> background;

  /**
   * @param models who answers
   * @param journals where answers are written before they are used
   */
  public LanguageModelGatewayFactory(
      GatewaySettings settings, LanguageModelFactory models, AnswerJournal.Factory journals) {
    this(settings, models, journals, LanguageModelGatewayFactory::thread);
  }

  LanguageModelGatewayFactory(
      GatewaySettings settings,
      LanguageModelFactory models,
      AnswerJournal.Factory journals,
      SerializableSupplier<ExecutorService> background) {
    this.settings = settings;
    this.models = models;
    this.journals = journals;
    this.background = background;
  }

  private static ExecutorService thread() {
    return Executors.newSingleThreadExecutor(
        task -> {
          Thread thread = new Thread(task, "journal of answers");
          thread.setDaemon(true);
          return thread;
        });
  }

  @Override
  @SuppressWarnings("unchecked") // the interface's own signature
  public <T extends StreamOperator<Void>> T createStreamOperator(
      StreamOperatorParameters<Void> parameters) {
    return (T) new LanguageModelGateway(parameters, settings, models, journals, background.get());
  }

  @Override
  @SuppressWarnings("rawtypes") // the interface's own signature
  public Class<? extends StreamOperator> getStreamOperatorClass(ClassLoader loader) {
    return LanguageModelGateway.class;
  }
}
