package io.millrace.flink.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.flink.records.StateSamples.Sample;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every keyed state: read from the bytes of every release, refused when from a newer one. */
class StateSerializersTest {
  static List<Sample<?>> samples() {
    return StateSamples.all();
  }

  @ParameterizedTest
  @MethodSource("samples")
  <T> void theBytesOfEveryReleaseAreRead(Sample<T> sample) throws IOException {
    for (int version = 1; version <= sample.serializer().version(); version++) {
      byte[] golden = golden(sample, version);
      T value = sample.serializer().deserialize(new DataInputDeserializer(golden));
      assertThat(sample.bytes(value))
          .as("version %d", version)
          .isEqualTo(sample.bytes(sample.value(version)));
    }
    assertThat(sample.bytes()).isEqualTo(golden(sample, sample.serializer().version()));
  }

  @ParameterizedTest
  @MethodSource("samples")
  <T> void bytesOfANewerReleaseAreRefusedByName(Sample<T> sample) {
    byte[] bytes = sample.bytes();
    bytes[0]++;
    assertThatThrownBy(() -> sample.serializer().deserialize(new DataInputDeserializer(bytes)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(sample.serializer().getClass().getSimpleName())
        .hasMessageContaining("have version " + (sample.serializer().version() + 1));
  }

  @ParameterizedTest
  @MethodSource("samples")
  <T> void aSavepointOfThisReleaseIsReadAndOneOfANewerIsRefused(Sample<T> sample)
      throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(64);
    TypeSerializerSnapshot<T> written = sample.serializer().snapshotConfiguration();
    TypeSerializerSnapshot.writeVersionedSnapshot(out, written);
    ClassLoader loader = getClass().getClassLoader();
    TypeSerializerSnapshot<T> read =
        TypeSerializerSnapshot.readVersionedSnapshot(
            new DataInputDeserializer(out.getCopyOfBuffer()), loader);

    assertThat(read.restoreSerializer()).isEqualTo(sample.serializer());
    assertThat(written.resolveSchemaCompatibility(read).isCompatibleAsIs()).isTrue();
    assertThatThrownBy(
            () ->
                written.readSnapshot(
                    written.getCurrentVersion() + 1,
                    new DataInputDeserializer(new byte[0]),
                    loader))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("version " + (sample.serializer().version() + 1));
  }

  @ParameterizedTest
  @MethodSource("samples")
  <T> void aCopyIsEqualAndACopyOfBytesIsThoseBytes(Sample<T> sample) throws IOException {
    T copy = sample.serializer().copy(sample.value());
    assertThat(sample.bytes(copy)).isEqualTo(sample.bytes());
    assertThat(copy == sample.value()).isEqualTo(sample.serializer().isImmutableType());

    DataOutputSerializer out = new DataOutputSerializer(64);
    sample.serializer().copy(new DataInputDeserializer(sample.bytes()), out);
    assertThat(out.getCopyOfBuffer()).isEqualTo(sample.bytes());
  }

  private static byte[] golden(Sample<?> sample, int version) throws IOException {
    String name = "golden/v" + version + "/" + sample.name() + ".bin";
    try (InputStream in = StateSerializersTest.class.getResourceAsStream(name)) {
      return Objects.requireNonNull(in, name + " is missing: run StateSamples").readAllBytes();
    }
  }
}
