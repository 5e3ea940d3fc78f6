package io.millrace.server.bench.load;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.schemas.inference.ModelInferRequest;
import io.millrace.schemas.inference.ModelInferRequest.InferInputTensor;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * A request over HTTP with the binary tensor extension, in and out.
 *
 * @param content JSON, and after it the inputs' contents
 * @param jsonBytes how much of it is JSON
 */
@SuppressWarnings("ArrayRecordComponent")
record HttpBody(byte[] content, int jsonBytes) {
  /** Of a request with raw contents. */
  static HttpBody of(ModelInferRequest request) {
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.putObject("parameters").put("binary_data_output", true);
    ArrayNode inputs = json.putArray("inputs");
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (int i = 0; i < request.getInputsCount(); i++) {
      InferInputTensor tensor = request.getInputs(i);
      ObjectNode input = inputs.addObject();
      input.put("name", tensor.getName()).put("datatype", tensor.getDatatype());
      tensor.getShapeList().forEach(input.withArray("shape")::add);
      input.putObject("parameters").put("binary_data_size", request.getRawInputContents(i).size());
    }
    byte[] header = json.toString().getBytes(StandardCharsets.UTF_8);
    content.writeBytes(header);
    request.getRawInputContentsList().forEach(raw -> content.writeBytes(raw.toByteArray()));
    return new HttpBody(content.toByteArray(), header.length);
  }
}
