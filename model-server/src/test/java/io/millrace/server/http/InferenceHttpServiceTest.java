package io.millrace.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.server.http.FakeExchange.Answer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Requests and answers as the protocol has them over HTTP. */
class InferenceHttpServiceTest {
  private static final String INFER = "/v2/models/affine/infer";

  @RegisterExtension static final HttpTinyModels SERVED = new HttpTinyModels();

  private static Answer get(String path) throws Exception {
    return FakeExchange.get(path).from(SERVED.service());
  }

  private static Answer post(String path, String json) throws Exception {
    return FakeExchange.post(path, json).from(SERVED.service());
  }

  private static String affine(String data) {
    return "{'id':'a','inputs':[{'name':'x','shape':[1,2],'datatype':'FP32','data':" + data + "}]}";
  }

  private static byte[] floats(float... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return bytes.array();
  }

  private static void assertRefused(int status, String message, Answer answer) {
    assertThat(answer.status()).as(answer.error()).isEqualTo(status);
    assertThat(answer.error()).contains(message);
  }

  @Test
  void jsonGoesInAndJsonComesOut() throws Exception {
    Answer answer = post(INFER, affine("[[1, 2.5]]"));
    assertThat(answer.status()).as(answer.error()).isEqualTo(200);
    JsonNode json = answer.json();
    assertThat(json.path("model_name").asText()).isEqualTo("affine");
    assertThat(json.path("model_version").asText()).isEqualTo("1");
    assertThat(json.path("id").asText()).isEqualTo("a");
    JsonNode output = json.path("outputs").path(0);
    assertThat(output.path("name").asText()).isEqualTo("y");
    assertThat(output.path("datatype").asText()).isEqualTo("FP32");
    assertThat(output.path("shape").toString()).isEqualTo("[1,2]");
    assertThat(output.path("data").toString()).isEqualTo("[3.0,6.0]");
  }

  @Test
  void elementsMayBeFlatAndFieldsInAnyOrder() throws Exception {
    String request =
        "{'inputs':[{'data':[1,2],'datatype':'FP32','shape':[1,2],'name':'x'}],'id':'b'}";
    assertThat(post(INFER, request).json().path("outputs").path(0).path("data").toString())
        .isEqualTo("[3.0,5.0]");
    assertThat(post("/v2/models/affine/versions/1/infer", request).status()).isEqualTo(200);
  }

  @Test
  void binaryGoesInAndBinaryComesOut() throws Exception {
    String json =
        "{'inputs':[{'name':'x','shape':[1,2],'datatype':'FP32',"
            + "'parameters':{'binary_data_size':8}}],'parameters':{'binary_data_output':true}}";
    Answer answer = FakeExchange.post(INFER, json, floats(1, 2)).from(SERVED.service());
    assertThat(answer.status()).as(answer.error()).isEqualTo(200);
    assertThat(answer.contentType()).isEqualTo("application/octet-stream");
    int header = Integer.parseInt(answer.headers().get("Inference-Header-Content-Length"));
    assertThat(new String(answer.content(), 0, header, StandardCharsets.UTF_8))
        .contains("\"binary_data_size\":8")
        .doesNotContain("\"data\"");
    assertThat(Arrays.copyOfRange(answer.content(), header, answer.content().length))
        .isEqualTo(floats(3, 5));
  }

  @Test
  void stringsGoInAsBinary() throws Exception {
    String json =
        "{'inputs':[{'name':'item_id','shape':[1,1],'datatype':'BYTES',"
            + "'parameters':{'binary_data_size':10}},"
            + "{'name':'event_type','shape':[1,1],'datatype':'INT32',"
            + "'parameters':{'binary_data_size':4}},"
            + "{'name':'age_s','shape':[1,1],'datatype':'FP32','data':[0]}],"
            + "'outputs':[{'name':'rung'}]}";
    byte[] contents = "\6\0\0\0item-5\1\0\0\0".getBytes(StandardCharsets.ISO_8859_1);
    Answer answer =
        FakeExchange.post("/v2/models/recommender/infer", json, contents).from(SERVED.service());
    assertThat(answer.status()).as(answer.error()).isEqualTo(200);
    assertThat(answer.json().path("outputs").path(0).path("data").path(0).asText())
        .isEqualTo("RETRIEVED");
  }

  @Test
  void eachOutputHasTheFormThatItIsWantedIn() throws Exception {
    String json =
        "{'inputs':[{'name':'item_id','shape':[1,1],'datatype':'BYTES','data':['item-5']},"
            + "{'name':'event_type','shape':[1,1],'datatype':'INT32','data':[1]},"
            + "{'name':'age_s','shape':[1,1],'datatype':'FP32','data':[0]}],"
            + "'outputs':[{'name':'item_id'},"
            + "{'name':'score','parameters':{'binary_data':true}}]}";
    Answer answer = post("/v2/models/recommender/infer", json);
    int header = Integer.parseInt(answer.headers().get("Inference-Header-Content-Length"));
    String text = new String(answer.content(), 0, header, StandardCharsets.UTF_8);
    assertThat(text).contains("\"item-").contains("binary_data_size").doesNotContain("source");
    assertThat(answer.content().length - header).isPositive().matches(bytes -> bytes % 4 == 0);
  }

  @Test
  void whatIsNoRequestIsRefusedByName() throws Exception {
    assertRefused(400, "not JSON", post(INFER, "{"));
    assertRefused(400, "not JSON", post(INFER, affine("[NaN, 1]")));
    assertRefused(400, "not JSON", post(INFER, "{'id':'a','id':'b'}"));
    assertRefused(400, "unknown field 'output'", post(INFER, "{'output':[]}"));
    assertRefused(400, "input 'x' is missing", post(INFER, "{'inputs':[]}"));
    assertRefused(400, "'the request' of the request is", post(INFER, "[]"));
    assertRefused(400, "goes on after its JSON", post(INFER, affine("[1,2]") + " {}"));
    assertRefused(400, "element 1 is a, which is not FP32", post(INFER, affine("[1,'a']")));
    assertRefused(400, "element 0 is 1e39, which is not FP32", post(INFER, affine("[1e39,1]")));
    assertRefused(
        400, "expects 8 bytes for FP32 [1, 2], given 12", post(INFER, affine("[[1,2,3]]")));
    assertRefused(
        400,
        "has neither data nor binary_data_size",
        post(INFER, "{'inputs':[{'name':'x','shape':[1,1],'datatype':'FP32'}]}"));
  }

  @Test
  void integersOutOfRangeAreRefused() throws Exception {
    for (String type :
        new String[] {
          "INT8:128",
          "UINT8:-1",
          "INT32:2147483648",
          "UINT64:-1",
          "INT64:9223372036854775808",
          "UINT16:1.5",
          "BOOL:1"
        }) {
      String[] parts = type.split(":");
      assertRefused(
          400,
          "element 0 is " + parts[1] + ", which is not " + parts[0],
          post(
              INFER,
              "{'inputs':[{'name':'x','shape':[1,1],'datatype':'"
                  + parts[0]
                  + "','data':["
                  + parts[1]
                  + "]}]}"));
    }
  }

  @Test
  void deepNestingIsRefused() throws Exception {
    assertRefused(400, "nesting depth", post(INFER, affine("[".repeat(100_000))));
  }

  @Test
  void binaryDataThatDoesNotAddUpIsRefused() throws Exception {
    String json =
        "{'inputs':[{'name':'x','shape':[1,2],'datatype':'FP32',"
            + "'parameters':{'binary_data_size':%s}}]}";
    assertRefused(
        400,
        "binary_data_size of 9; 8 bytes are left",
        FakeExchange.post(INFER, String.format(json, 9), floats(1, 2)).from(SERVED.service()));
    assertRefused(
        400,
        "4 bytes of binary data are left over",
        FakeExchange.post(INFER, String.format(json, 4), floats(1, 2)).from(SERVED.service()));
    assertRefused(
        400,
        "binary_data_size of -1",
        FakeExchange.post(INFER, String.format(json, -1), floats(1, 2)).from(SERVED.service()));
    assertRefused(
        400,
        "Inference-Header-Content-Length is '99999'",
        FakeExchange.post(INFER, "{}")
            .with("Inference-Header-Content-Length", "99999")
            .from(SERVED.service()));
  }

  @Test
  void aDeadlineThatCannotBeKeptIsATimeoutOrAnAnswer() throws Exception {
    Answer answer =
        post(INFER, affine("[1,2]").replace("'id':'a'", "'id':'a','parameters':{'timeout':'x'}"));
    assertRefused(400, "parameter 'timeout' is x", answer);
  }

  @Test
  void whatIsNotThereIsNotFound() throws Exception {
    assertRefused(404, "model 'nothing' does not exist", get("/v2/models/nothing"));
    assertRefused(404, "has no version '7'", get("/v2/models/affine/versions/7"));
    assertRefused(404, "has no version '7'", get("/v2/models/affine/versions/7/ready"));
    assertRefused(404, "/versions/x' does not exist", get("/v2/models/affine/versions/x"));
    assertRefused(400, "'nothing' does not exist", get("/v2/models/nothing/stats"));
    assertRefused(404, "'/v3' does not exist", get("/v3"));
    assertRefused(404, "does not exist", get("/v2/models/affine/explain"));
    assertRefused(400, "is no part of a path", get("/v2/models/%zz"));
  }

  @Test
  void methodsThatDoNotFitAreRefused() throws Exception {
    Answer answer = get(INFER);
    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.headers()).containsEntry("Allow", "POST");
    assertThat(post("/v2", "").headers()).containsEntry("Allow", "GET");
  }

  @Test
  void healthIsAStatus() throws Exception {
    assertThat(get("/v2/health/live").status()).isEqualTo(200);
    assertThat(get("/v2/health/ready").status()).isEqualTo(200);
    assertThat(get("/v2/models/affine/ready").status()).isEqualTo(200);
    assertThat(get("/v2/models/affine/versions/1/ready").status()).isEqualTo(200);
  }

  @Test
  void metadataConfigurationAndStatisticsAreJson() throws Exception {
    assertThat(get("/v2").json().path("name").asText()).isEqualTo("millrace");
    JsonNode model = get("/v2/models/affine").json();
    assertThat(model.path("inputs").path(0).path("shape").toString()).isEqualTo("[-1,-1]");
    assertThat(get("/v2/models/affine/config").json().path("max_batch_size").asInt()).isEqualTo(8);
    JsonNode statistics = get("/v2/models/affine/stats").json().path("model_stats");
    assertThat(statistics.path(0).path("inference_stats").path("success").has("count")).isTrue();
    assertThat(get("/v2/models/stats").json().path("model_stats")).hasSize(3);
  }

  @Test
  void theRepositoryIsListedLoadedAndUnloaded() throws Exception {
    assertThat(post("/v2/repository/index", "").json()).hasSize(2);
    assertThat(post("/v2/repository/index", "{'ready':true}").json()).hasSize(1);
    assertThat(post("/v2/repository/models/affine/load", "").status()).isEqualTo(200);
    assertThat(
            post(
                    "/v2/repository/models/affine/unload",
                    "{'parameters':{'unload_dependents':false}}")
                .status())
        .isEqualTo(200);
    assertThat(SERVED.repository().takeCalls()).containsExactly("load affine", "unload affine");
    assertRefused(404, "has no folder", post("/v2/repository/models/nothing/load", ""));
    assertRefused(
        400,
        "parameter 'config' of load is not supported",
        post("/v2/repository/models/affine/load", "{'parameters':{'config':'{}'}}"));
  }
}
