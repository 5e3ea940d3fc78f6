package io.millrace.flink.config;

import io.millrace.flink.llm.ApiKeySource;
import io.millrace.flink.llm.EndpointSettings;
import java.time.Duration;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;

/** The options that every endpoint of OpenAI's interface has, under the keys of one of them. */
record EndpointOptions(
    ConfigOption<String> url,
    ConfigOption<String> model,
    ConfigOption<String> keyFile,
    ConfigOption<String> keyEnv,
    ConfigOption<Duration> timeout,
    ConfigOption<Integer> attempts,
    ConfigOption<Duration> maxPause,
    ConfigOption<MemorySize> maxAnswerSize) {
  private static final int MOST_ATTEMPTS = 100;

  EndpointSettings settings(Configuration configuration) {
    OptionReader options = new OptionReader(configuration);
    long maxAnswer = options.get(maxAnswerSize).getBytes();
    if (maxAnswer < 1024 || maxAnswer > (1 << 30)) {
      throw new InvalidOptionException(
          maxAnswerSize.key(), maxAnswer + " b", "is out of range", "use 1 kb to 1 gb");
    }
    String file = options.getOrNull(keyFile);
    String variable = options.getOrNull(keyEnv);
    if (file != null && variable != null) {
      throw new InvalidOptionException(
          keyFile.key() + " and " + keyEnv.key() + " are both given; give one");
    }
    String address = options.text(url);
    Duration attemptTimeout = options.atLeast(timeout, Duration.ofMillis(1));
    try {
      return new EndpointSettings(
          address,
          options.text(model),
          new ApiKeySource(file, variable),
          attemptTimeout,
          options.between(attempts, 1, MOST_ATTEMPTS),
          options.atLeast(maxPause, Duration.ZERO),
          (int) maxAnswer);
    } catch (InvalidOptionException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new InvalidOptionException(url.key() + ": " + e.getMessage());
    }
  }
}
