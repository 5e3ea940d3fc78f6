package io.millrace.server.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.millrace.schemas.inference.ModelInferRequest;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class HttpBodyTest {
  @Test
  void contentsFollowTheJsonInOrder() {
    ModelInferRequest.Builder request = ModelInferRequest.newBuilder();
    request.addInputsBuilder().setName("a").setDatatype("INT8").addShape(1).addShape(2);
    request.addInputsBuilder().setName("b").setDatatype("INT8").addShape(1);
    request.addRawInputContents(ByteString.copyFromUtf8("xy"));
    request.addRawInputContents(ByteString.copyFromUtf8("z"));
    HttpBody body = HttpBody.of(request.build());
    String json = new String(body.content(), 0, body.jsonBytes(), StandardCharsets.UTF_8);
    assertThat(json)
        .isEqualTo(
            "{\"parameters\":{\"binary_data_output\":true},\"inputs\":["
                + "{\"name\":\"a\",\"datatype\":\"INT8\",\"shape\":[1,2],"
                + "\"parameters\":{\"binary_data_size\":2}},"
                + "{\"name\":\"b\",\"datatype\":\"INT8\",\"shape\":[1],"
                + "\"parameters\":{\"binary_data_size\":1}}]}");
    assertThat(new String(body.content(), StandardCharsets.UTF_8)).endsWith("}]}xyz");
  }
}
