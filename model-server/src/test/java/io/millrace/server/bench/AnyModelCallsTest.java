package io.millrace.server.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.schemas.inference.ModelInferRequest;
import io.millrace.schemas.inference.ModelMetadataResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AnyModelCallsTest {
  private static ModelMetadataResponse metadata(String type) {
    ModelMetadataResponse.Builder metadata = ModelMetadataResponse.newBuilder().setName("m");
    metadata.addInputsBuilder().setName("x").setDatatype(type).addShape(-1).addShape(3);
    return metadata.build();
  }

  @Test
  void aDimensionOfAnySizeIsOneUnlessAShapeIsGiven() {
    ModelInferRequest call = new AnyModelCalls(metadata("FP32"), Map.of()).all().get(0);
    assertThat(call.getInputs(0).getShapeList()).isEqualTo(List.of(1L, 3L));
    assertThat(call.getRawInputContents(0).size()).isEqualTo(12);
    call = new AnyModelCalls(metadata("INT64"), Map.of("x", "2x3")).all().get(0);
    assertThat(call.getInputs(0).getShapeList()).isEqualTo(List.of(2L, 3L));
    assertThat(call.getRawInputContents(0).size()).isEqualTo(48);
  }

  @Test
  void callsAreTheSameEveryTime() {
    assertThat(new AnyModelCalls(metadata("FP32"), Map.of()).all())
        .isEqualTo(new AnyModelCalls(metadata("FP32"), Map.of()).all());
  }

  @Test
  void whatIsNoShapeIsNamed() {
    AnyModelCalls calls = new AnyModelCalls(metadata("FP32"), Map.of("x", "1,3"));
    assertThatThrownBy(calls::all).hasMessageContaining("--shape x=1,3");
  }
}
