package io.millrace.flink.jobs;

import io.millrace.flink.config.CommandLine;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * What a job's {@code main} begins with.
 *
 * @param environment where the job will run
 * @param configuration the arguments, over the cluster's own configuration
 */
record JobSubmission(StreamExecutionEnvironment environment, Configuration configuration) {

  /**
   * Reads the arguments.
   *
   * @param args {@code --config FILE.yaml}, {@code --key value}, {@code -Dkey=value}
   */
  static JobSubmission of(String[] args) {
    Configuration arguments = CommandLine.parse(args);
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(arguments);
    // The cluster's own configuration counts as given: the job's defaults must not override it.
    Configuration configuration = Configuration.fromMap(env.getConfiguration().toMap());
    configuration.addAll(arguments);
    return new JobSubmission(env, configuration);
  }
}
