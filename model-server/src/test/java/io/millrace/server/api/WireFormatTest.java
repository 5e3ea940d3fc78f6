package io.millrace.server.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.millrace.schemas.inference.InferTensorContents;
import io.millrace.schemas.inference.ModelInferRequest;
import io.millrace.schemas.inference.ModelMetadataRequest;
import io.millrace.schemas.inference.ModelMetadataResponse;
import io.millrace.schemas.inference.ModelReadyRequest;
import io.millrace.schemas.inference.ModelStatisticsRequest;
import io.millrace.schemas.inference.ServerLiveRequest;
import io.millrace.schemas.inference.ServerMetadataRequest;
import io.millrace.schemas.inference.ServerReadyRequest;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is and is not a request on the wire, and how the refusal reads. */
class WireFormatTest {
  @RegisterExtension static final ServedTinyModels SERVED = new ServedTinyModels();

  private static WireRequest affine(ByteString content, long... shape) {
    return new WireRequest("affine").raw("x", "FP32", content, shape);
  }

  private static void assertRefused(WireRequest request, Status.Code code, String message) {
    StatusRuntimeException refusal = SERVED.refusal(request);
    assertThat(refusal.getStatus().getCode()).isEqualTo(code);
    assertThat(refusal).hasMessageContaining(message);
  }

  private static void assertInvalid(WireRequest request, String message) {
    assertRefused(request, Status.Code.INVALID_ARGUMENT, message);
  }

  @Test
  void rawContentsGoInAndRawContentsComeOut() {
    WireAnswer answer = SERVED.infer(affine(WireRequest.floatBytes(1, 2, 3, 4), 2, 2));
    assertThat(answer.floats("y")).containsExactly(3f, 5f, 7f, 9f);
    assertThat(answer.shape("y")).containsExactly(2L, 2L);
  }

  @Test
  void typedContentsAreTheSame() {
    ModelInferRequest.Builder request = ModelInferRequest.newBuilder().setModelName("affine");
    request
        .addInputsBuilder()
        .setName("x")
        .setDatatype("FP32")
        .addAllShape(List.of(1L, 2L))
        .setContents(InferTensorContents.newBuilder().addFp32Contents(1).addFp32Contents(2));
    WireAnswer answer = new WireAnswer(SERVED.client().modelInfer(request.build()));
    assertThat(answer.floats("y")).containsExactly(3f, 5f);
  }

  @Test
  void typedContentsOfStringsAndIntegersAreTheSame() {
    ModelInferRequest.Builder request = ModelInferRequest.newBuilder().setModelName("recommender");
    request
        .addInputsBuilder()
        .setName("item_id")
        .setDatatype("BYTES")
        .addAllShape(List.of(1L, 1L))
        .getContentsBuilder()
        .addBytesContents(ByteString.copyFromUtf8("item-5"));
    request
        .addInputsBuilder()
        .setName("event_type")
        .setDatatype("INT32")
        .addAllShape(List.of(1L, 1L))
        .getContentsBuilder()
        .addIntContents(0);
    request
        .addInputsBuilder()
        .setName("age_s")
        .setDatatype("FP32")
        .addAllShape(List.of(1L, 1L))
        .getContentsBuilder()
        .addFp32Contents(0);
    WireAnswer typed = new WireAnswer(SERVED.client().modelInfer(request.build()));
    WireAnswer raw = SERVED.infer(WireRequest.recommendFor("item-5"));
    assertThat(typed.strings("item_id")).isEqualTo(raw.strings("item_id"));
  }

  @Test
  void wrongByteCountsAreRefused() {
    assertInvalid(
        affine(WireRequest.floatBytes(1, 2, 3), 2, 2),
        "model 'affine': input 'x' expects 16 bytes for FP32 [2, 2], given 12");
    assertInvalid(affine(ByteString.EMPTY, 1, 1), "expects 4 bytes for FP32 [1, 1], given 0");
  }

  @Test
  void wrongElementCountsInTypedContentsAreRefused() {
    WireRequest request = new WireRequest("affine");
    request
        .message
        .addInputsBuilder()
        .setName("x")
        .setDatatype("FP32")
        .addAllShape(List.of(1L, 3L))
        .getContentsBuilder()
        .addFp32Contents(1);
    assertInvalid(request, "expects 3 elements in the contents of FP32, given 1");
  }

  @Test
  void elementsInTheFieldOfAnotherTypeAreRefused() {
    WireRequest request = new WireRequest("affine");
    request
        .message
        .addInputsBuilder()
        .setName("x")
        .setDatatype("FP32")
        .addAllShape(List.of(1L, 1L))
        .getContentsBuilder()
        .addFp64Contents(1);
    assertInvalid(request, "given 0 there and 1 in all");
  }

  @Test
  void negativeDimensionsAreRefused() {
    assertInvalid(affine(WireRequest.floatBytes(1), -1, -1), "dimensions must be at least 0");
  }

  @Test
  void shapesWhoseProductOverflowsAreRefused() {
    assertInvalid(
        affine(WireRequest.floatBytes(1), 1L << 32, 1L << 32),
        "above the limit of 4194304 elements");
    assertInvalid(
        affine(WireRequest.floatBytes(1), 1, 1L << 30), "above the limit of 4194304 elements");
  }

  @Test
  void aDimensionIsNoLargerBesideOneOfZero() {
    assertInvalid(affine(ByteString.EMPTY, 1L << 40, 0), "above the limit of 4194304 elements");
  }

  @Test
  void stringsAboveTheLimitAreRefused() {
    ByteString tooLong = WireRequest.element(new byte[(1 << 20) + 1]);
    assertInvalid(
        new WireRequest("recommender").raw("item_id", "BYTES", tooLong, 1, 1),
        "element 0 has 1048577 bytes, which is above the limit of 1048576; send a shorter one, or"
            + " raise --max-string-bytes");
  }

  @Test
  void moreThanAModelCouldHaveIsRefusedBeforeItCosts() {
    WireRequest many = new WireRequest("affine");
    ModelInferRequest.Builder outputs = affine(WireRequest.floatBytes(1), 1, 1).build().toBuilder();
    for (int i = 0; i <= 256; i++) {
      many.raw("x" + i, "FP32", ByteString.EMPTY, 0);
      outputs.addOutputsBuilder().setName("y" + i);
    }
    assertInvalid(many, "257 inputs are given; 256 are the most");
    assertThat(SERVED.refusal(outputs.build()))
        .hasMessageContaining("257 outputs are requested; 256 are the most");
    assertInvalid(affine(WireRequest.floatBytes(1), new long[33]), "has 33 dimensions");
    assertInvalid(
        new WireRequest("affine").raw("x".repeat(1_025), "FP32", WireRequest.floatBytes(1), 1, 1),
        "an input's name has 1025 characters; 1024 are the most");
  }

  @Test
  void aRefusalIsShortWhateverItRepeats() {
    StatusRuntimeException refusal = SERVED.refusal(new WireRequest("m".repeat(100_000)));
    assertThat(String.valueOf(refusal.getStatus().getDescription())).hasSizeLessThan(2_100);
  }

  @Test
  void wrongTypesAreRefused() {
    assertInvalid(
        new WireRequest("affine").raw("x", "FP64", ByteString.copyFrom(new byte[8]), 1, 1),
        "model 'affine': input 'x' expects FP32, given FP64");
    assertInvalid(
        new WireRequest("affine").raw("x", "FLOAT", WireRequest.floatBytes(1), 1, 1),
        "unknown datatype 'FLOAT'");
  }

  @Test
  void wrongRanksAndBatchSizesAreRefused() {
    assertInvalid(
        affine(WireRequest.floatBytes(1), 1), "input 'x' expects shape [-1, -1], given [1]");
    assertInvalid(
        affine(WireRequest.floatBytes(new float[9]), 9, 1), "batch size is 9; it goes from 1 to 8");
    assertInvalid(affine(ByteString.EMPTY, 0, 1), "batch size is 0; it goes from 1 to 8");
  }

  @Test
  void missingUnknownAndRepeatedTensorsAreRefused() {
    assertInvalid(new WireRequest("affine"), "input 'x' is missing");
    assertInvalid(
        affine(WireRequest.floatBytes(1), 1, 1).floats("z", 1), "has no input 'z'; it has [x]");
    assertInvalid(
        affine(WireRequest.floatBytes(1), 1, 1).floats("x", 1), "input 'x' is given twice");
    WireRequest output = affine(WireRequest.floatBytes(1), 1, 1);
    output.message.addOutputsBuilder().setName("w");
    assertInvalid(output, "has no output 'w'; it has [y]");
  }

  @Test
  void contentsInTwoPlacesAreRefused() {
    WireRequest both = affine(WireRequest.floatBytes(1), 1, 1);
    both.message.getInputsBuilder(0).getContentsBuilder().addFp32Contents(1);
    assertInvalid(both, "has both contents and raw_input_contents");
    WireRequest tooMany = affine(WireRequest.floatBytes(1), 1, 1);
    tooMany.message.addRawInputContents(ByteString.EMPTY);
    assertInvalid(tooMany, "2 raw_input_contents for 1 inputs");
  }

  @Test
  void stringsThatDoNotAddUpAreRefused() {
    ByteString hugeLength = ByteString.copyFrom(new byte[] {-1, -1, -1, -1});
    assertInvalid(
        new WireRequest("recommender").raw("item_id", "BYTES", hugeLength, 1, 1),
        "element 0 has a length of 4294967295 bytes, 0 are left");
    assertInvalid(
        new WireRequest("recommender")
            .raw("item_id", "BYTES", WireRequest.stringBytes("a", "b"), 1, 1),
        "expects 1 BYTES elements, given 2");
    assertInvalid(
        new WireRequest("recommender")
            .raw(
                "item_id",
                "BYTES",
                WireRequest.stringBytes("a").concat(ByteString.copyFromUtf8("xy")),
                1,
                1),
        "given 1 and 2 bytes left over");
    assertInvalid(
        new WireRequest("recommender").raw("item_id", "BYTES", ByteString.EMPTY, 1, 1_000_000),
        "expects 1000000 BYTES elements, given 0");
  }

  @Test
  void unknownModelsAndVersionsAreNotFound() {
    assertRefused(
        new WireRequest("nothing"),
        Status.Code.NOT_FOUND,
        "model 'nothing' does not exist; there are [affine, recommender, retriever]");
    WireRequest version = affine(WireRequest.floatBytes(1), 1, 1);
    version.message.setModelVersion("7");
    assertRefused(version, Status.Code.NOT_FOUND, "has no version '7' loaded; it serves 1");
  }

  @Test
  void aDeadlineThatHasPassedIsReported() {
    StatusRuntimeException refusal = null;
    try {
      SERVED
          .client()
          .withDeadlineAfter(-1, TimeUnit.SECONDS)
          .modelInfer(WireRequest.recommendFor("item-5").build());
    } catch (StatusRuntimeException e) {
      refusal = e;
    }
    assertThat(refusal).isNotNull();
    assertThat(Status.fromThrowable(refusal).getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
  }

  @Test
  void healthAndMetadataAreAnswered() {
    assertThat(SERVED.client().serverLive(ServerLiveRequest.getDefaultInstance()).getLive())
        .isTrue();
    assertThat(SERVED.client().serverReady(ServerReadyRequest.getDefaultInstance()).getReady())
        .isTrue();
    assertThat(modelReady("affine", "")).isTrue();
    assertThat(modelReady("nothing", "")).isFalse();
    assertThat(modelReady("affine", "7")).isFalse();
    assertThat(
            SERVED.client().serverMetadata(ServerMetadataRequest.getDefaultInstance()).getVersion())
        .isEqualTo("1.2.3");
  }

  private static boolean modelReady(String name, String version) {
    return SERVED
        .client()
        .modelReady(ModelReadyRequest.newBuilder().setName(name).setVersion(version).build())
        .getReady();
  }

  private static int statistics(String name, String version) {
    return SERVED
        .client()
        .modelStatistics(
            ModelStatisticsRequest.newBuilder().setName(name).setVersion(version).build())
        .getModelStatsCount();
  }

  @Test
  void statisticsAreOfOneModelOrOfAll() {
    assertThat(statistics("affine", "1")).isEqualTo(1);
    assertThat(statistics("", "1")).isEqualTo(3);
    assertThatThrownBy(() -> statistics("nothing", ""))
        .hasMessageContaining("INVALID_ARGUMENT: model 'nothing' does not exist");
    assertThatThrownBy(() -> statistics("affine", "7"))
        .hasMessageContaining("INVALID_ARGUMENT: model 'affine' has no version '7'");
  }

  @Test
  void aVersionThatIsNoNumberIsInvalid() {
    assertThatThrownBy(() -> modelReady("affine", "newest"))
        .hasMessage(
            "INVALID_ARGUMENT: model 'affine': version 'newest' is no number; leave it out for the"
                + " current one");
    assertThatThrownBy(() -> modelReady("nothing", "x")).hasMessageContaining("is no number");
    assertThatThrownBy(() -> statistics("", "x")).hasMessageContaining("is no number");
    WireRequest version = affine(WireRequest.floatBytes(1), 1, 1);
    version.message.setModelVersion("x");
    assertRefused(version, Status.Code.INVALID_ARGUMENT, "version 'x' is no number");
  }

  @Test
  void modelMetadataNamesTensorsAndWhatIsReallyInUse() {
    ModelMetadataResponse metadata =
        SERVED
            .client()
            .modelMetadata(ModelMetadataRequest.newBuilder().setName("recommender").build());
    assertThat(metadata.getVersionsList()).containsExactly("1");
    assertThat(metadata.getPlatform()).isEqualTo("millrace");
    assertThat(metadata.getPropertiesMap())
        .containsEntry("provider", "cpu")
        .containsEntry("bundle_version", "1")
        .containsKey("feature_schema");
    assertThat(metadata.getInputsList())
        .extracting("name")
        .containsExactly(
            "item_id",
            "event_type",
            "age_s",
            "exclude_id",
            "profile",
            "query",
            "k",
            "keyword",
            "keyword_weight",
            "popular_id",
            "popular_count",
            "diversity");
  }
}
