package io.millrace.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.server.FakeRepository;
import io.millrace.server.TinyEncoder;
import io.millrace.server.protocol.InferenceCalls;
import io.millrace.server.protocol.RepositoryCalls;
import io.millrace.server.protocol.RequestLimits;
import io.millrace.server.protocol.ServerCalls;
import io.millrace.server.repository.ModelRepository;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.InstantSource;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
@SuppressWarnings("NullAway.Init")
class EmbeddingResourceTest {
  private static final String PATH = "/v1/embeddings";

  private static ModelRepository models;
  private static HttpService service;

  @BeforeAll
  static void load() {
    models = TinyEncoder.load(TinyEncoder.folder());
    service =
        new InferenceHttpService(
            new InferenceCalls(
                models, System::nanoTime, InstantSource.system(), RequestLimits.DEFAULTS),
            new ServerCalls(models, "1.2.3"),
            new RepositoryCalls(new FakeRepository(), Runnable::run),
            1 << 20);
  }

  @AfterAll
  static void free() {
    models.close();
  }

  private static FakeExchange.Answer ask(String json) throws Exception {
    return FakeExchange.post(PATH, json).from(service);
  }

  private static void assertRefused(int status, String type, String message, String json)
      throws Exception {
    FakeExchange.Answer answer = ask(json);
    assertThat(answer.status()).as(json).isEqualTo(status);
    JsonNode error = answer.json().get("error");
    assertThat(error.get("type").asText()).isEqualTo(type);
    assertThat(error.get("message").asText()).contains(message);
    assertThat(error.has("param")).isTrue();
  }

  @Test
  void textsComeBackAsNumbersInTheirOrder() throws Exception {
    FakeExchange.Answer answer = ask("{'model':'words','input':['red','green blue red']}");
    assertThat(answer.status()).isEqualTo(200);
    JsonNode json = answer.json();
    assertThat(json.get("object").asText()).isEqualTo("list");
    assertThat(json.get("model").asText()).isEqualTo("words");
    assertThat(json.at("/data/0/object").asText()).isEqualTo("embedding");
    assertThat(json.at("/data/0/index").asInt()).isZero();
    assertThat(json.at("/data/0/embedding").toString()).isEqualTo("[0.6,0.8,0.0,0.0]");
    assertThat(json.at("/data/1/index").asInt()).isEqualTo(1);
    assertThat(json.at("/data/1/embedding")).hasSize(4);
    assertThat(json.at("/usage/prompt_tokens").asInt()).isEqualTo(4);
    assertThat(json.at("/usage/total_tokens").asInt()).isEqualTo(4);
  }

  @Test
  void oneTextNeedsNoArrayAndBase64IsTheSameNumbers() throws Exception {
    JsonNode json =
        ask("{'model':'words','input':'red','encoding_format':'base64','dimensions':4,'user':'u'}")
            .json();
    ByteBuffer elements =
        ByteBuffer.wrap(Base64.getDecoder().decode(json.at("/data/0/embedding").asText()))
            .order(ByteOrder.LITTLE_ENDIAN);
    assertThat(elements.remaining()).isEqualTo(4 * Float.BYTES);
    assertThat(elements.getFloat()).isEqualTo(0.6f);
    assertThat(elements.getFloat()).isEqualTo(0.8f);
  }

  @Test
  void whatIsNoRequestIsRefusedAsOpenAisClientsReadIt() throws Exception {
    String invalid = "invalid_request_error";
    assertRefused(400, invalid, "not JSON", "{");
    assertRefused(400, invalid, "'model' is missing", "{'input':'red'}");
    assertRefused(400, invalid, "'input' is missing or empty", "{'model':'words'}");
    assertRefused(400, invalid, "'input' is missing", "{'model':'words','input':[]}");
    assertRefused(400, invalid, "element 1 is no text", "{'model':'words','input':['red',[1,2]]}");
    assertRefused(
        400,
        invalid,
        "'encoding_format' is 'int8'",
        "{'model':'words','input':'red','encoding_format':'int8'}");
    assertRefused(
        400,
        invalid,
        "'dimensions' is 3; model 'words' has 4",
        "{'model':'words','input':'red','dimensions':3}");
    assertRefused(400, invalid, "unknown field 'inputs'", "{'model':'words','inputs':'red'}");
    assertRefused(404, invalid, "does not exist", "{'model':'nothing','input':'red'}");
    assertRefused(
        400,
        invalid,
        "there are 9 texts",
        "{'model':'words','input':['1','2','3','4','5','6','7','8','9']}");
  }

  @Test
  void onlyPostIsTaken() throws Exception {
    assertThat(FakeExchange.get(PATH).from(service).status()).isEqualTo(405);
  }
}
