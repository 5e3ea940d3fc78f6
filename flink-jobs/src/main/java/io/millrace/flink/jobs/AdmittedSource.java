package io.millrace.flink.jobs;

import io.millrace.flink.records.SourceRecord;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.ProcessFunction;

/** A source with the check behind it that every record of it has to pass. */
final class AdmittedSource {
  private AdmittedSource() {}

  /**
   * Reads and admits.
   *
   * @param name part of the names and uids of both operators
   * @param type of what is admitted
   */
  static <V extends SpecificRecord, T> SingleOutputStreamOperator<T> of(
      StreamExecutionEnvironment env,
      String name,
      Source<SourceRecord<V>, ?, ?> source,
      ProcessFunction<SourceRecord<V>, T> admission,
      TypeInformation<T> type) {
    return env.fromSource(source, WatermarkStrategy.noWatermarks(), name)
        .uid("source-" + name)
        .process(admission, type)
        .name("admit " + name)
        .uid("admit-" + name);
  }
}
