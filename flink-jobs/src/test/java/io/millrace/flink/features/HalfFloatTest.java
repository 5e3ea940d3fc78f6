package io.millrace.flink.features;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HalfFloatTest {
  @ParameterizedTest
  @CsvSource({
    "0x0000,0.0",
    "0x8000,-0.0",
    "0x3c00,1.0",
    "0xc000,-2.0",
    "0x3555,0.33325195",
    "0x7bff,65504.0",
    "0x0400,6.1035156E-5",
    "0x0001,5.9604645E-8",
    "0x83ff,-6.097555E-5",
    "0x7c00,Infinity",
    "0xfc00,-Infinity"
  })
  void hasTheValueOfTheStandard(String bits, float value) {
    int half = Integer.decode(bits);
    assertThat(HalfFloat.toFloat(half)).isEqualTo(value);
    assertThat(HalfFloat.toFloat(half | 0xffff0000)).as("only 16 bits count").isEqualTo(value);
    assertThat(HalfFloat.isFinite(half)).isEqualTo(Float.isFinite(value));
  }

  @Test
  void everyHalfIsItsOwnNearest() {
    for (int half = 0; half < 1 << 16; half++) {
      float value = HalfFloat.toFloat(half);
      if (Float.isNaN(value)) {
        assertThat(HalfFloat.toFloat(HalfFloat.fromFloat(value))).isNaN();
      } else {
        assertThat(HalfFloat.fromFloat(value)).isEqualTo(half);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1.0004883,0x3c00", // halfway between two: the even one
    "1.0014648,0x3c02",
    "65519.99,0x7bff",
    "65520,0x7c00",
    "-1e30,0xfc00",
    "2.9802322E-8,0x0000",
    "2.98023259E-8,0x0001",
    "6.1035153E-5,0x0400"
  })
  void whatLiesBetweenBecomesTheNearest(float value, String bits) {
    assertThat(HalfFloat.fromFloat(value)).isEqualTo(Integer.decode(bits));
  }
}
