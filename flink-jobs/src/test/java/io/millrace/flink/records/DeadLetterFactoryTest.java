package io.millrace.flink.records;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.avro.DeadLetter;
import io.millrace.schemas.avro.DeadLetterReason;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DeadLetterFactoryTest {
  @Test
  void saysWhereTheRecordWasAndWhatItWas() {
    byte[] value = "abc".getBytes(StandardCharsets.UTF_8);
    DeadLetter letter = refuse(new byte[] {1}, value, "why");
    assertThat(letter.getTopic()).isEqualTo("topic");
    assertThat(letter.getPartition()).isEqualTo(3);
    assertThat(letter.getOffset()).isEqualTo(44);
    assertThat(letter.getTimestamp().toEpochMilli()).isEqualTo(55);
    assertThat(letter.getReason()).isEqualTo(DeadLetterReason.MALFORMED_BYTES);
    assertThat(letter.getDetail()).isEqualTo("why");
    assertThat(letter.getJob()).isEqualTo("job");
    assertThat(letter.getKey()).isEqualTo(ByteBuffer.wrap(new byte[] {1}));
    assertThat(letter.getValue()).isEqualTo(ByteBuffer.wrap(value));
    assertThat(letter.getValueLength()).isEqualTo(3);
    assertThat(letter.getValueSha256())
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  }

  @Test
  void carriesABoundedPartAndTheDigestOfTheWhole() {
    byte[] large = new byte[100_000];
    DeadLetter letter = refuse(large, large, "x".repeat(5000));
    assertThat(letter.getKey().remaining()).isEqualTo(1024);
    assertThat(letter.getValue().remaining()).isEqualTo(16384);
    assertThat(letter.getValueLength()).isEqualTo(100_000);
    assertThat(letter.getDetail()).hasSize(1000);
    assertThat(letter.getValueSha256())
        .isNotEqualTo(refuse(null, new byte[99_999], "").getValueSha256());
  }

  @Test
  void anAbsentValueIsNotAnEmptyOne() {
    DeadLetter absent = refuse(null, null, "");
    assertThat(absent.getKey()).isNull();
    assertThat(absent.getValue()).isNull();
    assertThat(absent.getValueLength()).isEqualTo(-1);
    assertThat(absent.getValueSha256()).isEmpty();
    assertThat(refuse(null, new byte[0], "").getValueLength()).isZero();
  }

  private static DeadLetter refuse(byte @Nullable [] key, byte @Nullable [] value, String detail) {
    return DeadLetterFactory.refuse(
        "topic", 3, 44, 55, key, value, DeadLetterReason.MALFORMED_BYTES, detail, "job");
  }
}
