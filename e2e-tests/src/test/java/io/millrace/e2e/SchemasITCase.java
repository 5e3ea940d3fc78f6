package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.flink.connectors.RegistryException;
import io.millrace.flink.connectors.RegistrySettings;
import io.millrace.flink.connectors.SchemaRegistry;
import io.millrace.schemas.Topic;
import io.millrace.schemas.Topics;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the real registry makes of the contracts: who reads a topic today can read it tomorrow. */
@ExtendWith(SharedPlatform.class)
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class SchemasITCase {
  private final URI api;
  private final SchemaRegistry registry;
  private final HttpClient http = HttpClient.newHttpClient();

  SchemasITCase(RunningPlatform running) {
    api = running.endpoints().registry();
    registry = new SchemaRegistry(RegistrySettings.at(api.toString()));
  }

  @AfterEach
  void close() {
    registry.close();
  }

  static Stream<Named<Topic<?>>> topics() {
    return Topics.all().stream().map(topic -> Named.of(topic.name(), topic));
  }

  @ParameterizedTest
  @MethodSource("topics")
  void aSchemaIsRegisteredOnceUnderBackwardCompatibility(Topic<?> topic) throws Exception {
    int id = registry.register(topic.subject(), topic.schema());

    assertThat(registry.register(topic.subject(), topic.schema())).isEqualTo(id);
    assertThat(registry.schema(id)).isEqualTo(topic.schema());
    assertThat(versions(topic.subject())).containsExactly(1);
    assertThat(get("/config/" + topic.subject()).path("compatibilityLevel").asText())
        .isEqualTo("BACKWARD");
  }

  @ParameterizedTest
  @MethodSource("topics")
  void aFieldMoreNeedsADefault(Topic<?> topic) throws Exception {
    Schema unreadable = withField(topic.schema(), new Schema.Field("more", text(), null));
    Schema readable = withField(topic.schema(), new Schema.Field("more", text(), null, "none"));

    assertThat(registry.isCompatible(topic.subject(), readable)).isTrue();
    assertThat(registry.isCompatible(topic.subject(), unreadable)).isFalse();
    assertThatThrownBy(() -> registry.register(topic.subject(), unreadable))
        .isInstanceOf(RegistryException.Incompatible.class)
        .hasMessageContaining("'" + topic.subject() + "'")
        .hasMessageContaining(topic.schema().getFullName())
        .hasMessageContaining("give new fields a default");
    assertThat(versions(topic.subject())).containsExactly(1);
  }

  @Test
  void aCompatibleVersionIsAcceptedAsTheNextOne() throws Exception {
    String subject = "next-version-value";
    Schema first = Topics.INTERACTIONS.schema();
    int id = registry.register(subject, first);
    Schema second = withField(first, new Schema.Field("more", text(), null, "none"));

    assertThat(registry.register(subject, second)).isNotEqualTo(id);
    assertThat(versions(subject)).containsExactly(1, 2);
    assertThatThrownBy(() -> registry.register(subject, Topics.ERASURES.schema()))
        .isInstanceOf(RegistryException.Incompatible.class);
  }

  private static Schema text() {
    return Schema.create(Schema.Type.STRING);
  }

  private static Schema withField(Schema schema, Schema.Field more) {
    List<Schema.Field> fields = new ArrayList<>();
    schema.getFields().forEach(field -> fields.add(new Schema.Field(field, field.schema())));
    fields.add(more);
    return Schema.createRecord(
        schema.getName(), schema.getDoc(), schema.getNamespace(), false, fields);
  }

  private List<Integer> versions(String subject) throws IOException, InterruptedException {
    List<Integer> versions = new ArrayList<>();
    get("/subjects/" + subject + "/versions").forEach(version -> versions.add(version.asInt()));
    return versions;
  }

  private JsonNode get(String path) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(URI.create(api + path)).build();
    return new ObjectMapper().readTree(http.send(request, BodyHandlers.ofByteArray()).body());
  }
}
