package io.millrace.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What was ever written can be read, and what is written now is what was released. */
class GoldenBytesTest {
  private static final String CURRENT = GoldenFiles.VERSIONS.get(GoldenFiles.VERSIONS.size() - 1);

  static List<Topic<? extends SpecificRecord>> topics() {
    return Topics.all();
  }

  @Test
  void everyTopicHasASample() {
    assertThat(Samples.all().keySet()).containsExactlyInAnyOrderElementsOf(Topics.all());
  }

  @ParameterizedTest
  @MethodSource("topics")
  void everyVersionCanBeRead(Topic<? extends SpecificRecord> topic) {
    for (String version : GoldenFiles.versions(topic)) {
      assertThat(read(topic, version)).as(version).isEqualTo(Samples.of(topic, version));
    }
  }

  private static <V extends SpecificRecord> V read(Topic<V> topic, String version) {
    Schema writer = GoldenFiles.schema(version, topic);
    return new RecordCodec<>(topic.valueType(), writer).decode(GoldenFiles.bytes(version, topic));
  }

  @ParameterizedTest
  @MethodSource("topics")
  void theCurrentVersionIsWrittenAsReleased(Topic<? extends SpecificRecord> topic) {
    assertThat(GoldenFiles.encode(topic, Samples.of(topic, CURRENT)))
        .isEqualTo(GoldenFiles.bytes(CURRENT, topic));
  }

  @ParameterizedTest
  @MethodSource("topics")
  void aChangedSchemaIsANewVersion(Topic<? extends SpecificRecord> topic) {
    assertThat(topic.schema()).isEqualTo(GoldenFiles.schema(CURRENT, topic));
  }

  @ParameterizedTest
  @MethodSource("topics")
  void everyVersionIsBackwardCompatible(Topic<? extends SpecificRecord> topic) {
    for (String version : GoldenFiles.versions(topic)) {
      var compatibility =
          SchemaCompatibility.checkReaderWriterCompatibility(
              topic.schema(), GoldenFiles.schema(version, topic));
      assertThat(compatibility.getType())
          .as(compatibility.getDescription())
          .isEqualTo(SchemaCompatibilityType.COMPATIBLE);
    }
  }
}
