package io.millrace.server.accesslog;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import io.millrace.server.calls.CallRecord;
import java.io.IOException;
import java.io.OutputStream;
import java.time.temporal.ChronoUnit;

/** Writes calls as JSON, one object a line. What is not known of a call is left out. */
final class AccessLine {
  private final JsonFactory factory =
      JsonFactory.builder()
          .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
          .disable(StreamWriteFeature.FLUSH_PASSED_TO_STREAM)
          .build();

  void write(CallRecord call, OutputStream out) throws IOException {
    try (JsonGenerator json = factory.createGenerator(out)) {
      json.writeStartObject();
      json.writeStringField("time", call.time().truncatedTo(ChronoUnit.MICROS).toString());
      json.writeStringField("protocol", call.protocol());
      json.writeStringField("method", call.method());
      text(json, "role", call.role());
      text(json, "model", call.model());
      text(json, "version", call.version());
      text(json, "id", call.requestId());
      if (call.rows() > 0) {
        json.writeNumberField("rows", call.rows());
      }
      json.writeStringField("status", call.status());
      json.writeNumberField("duration_us", call.micros());
      if (call.wasComputed()) {
        json.writeNumberField("queue_us", call.queueMicros());
        json.writeNumberField("compute_us", call.computeMicros());
      }
      json.writeNumberField("request_bytes", call.requestBytes());
      json.writeNumberField("response_bytes", call.responseBytes());
      json.writeEndObject();
      json.writeRaw('\n');
    }
  }

  private static void text(JsonGenerator json, String field, String value) throws IOException {
    if (!value.isEmpty()) {
      json.writeStringField(field, value);
    }
  }
}
