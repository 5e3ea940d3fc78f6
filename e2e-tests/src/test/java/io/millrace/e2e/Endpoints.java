package io.millrace.e2e;

import java.net.URI;
import java.util.Map;

/**
 * Where clients find a running system.
 *
 * @param bootstrapServers Kafka brokers
 * @param registry base of the registry's common API
 */
record Endpoints(String bootstrapServers, URI registry) {
  private static final String NATIVE_API = "/apis/registry/v2";
  private static final String AN_HOUR = "3600000";

  /**
   * Settings of Apicurio's serialisers, so that they frame values as every Kafka tool reads them: a
   * 4-byte id of the content in front of the value, none in headers.
   */
  Map<String, Object> apicurio() {
    return Map.of(
        "apicurio.registry.url", registry.resolve(NATIVE_API).toString(),
        "apicurio.registry.as-confluent", "true",
        "apicurio.registry.use-id", "contentId",
        "apicurio.registry.headers.enabled", "false",
        "apicurio.registry.find-latest", "true",
        // A publisher goes on with the schema it knows while the registry is restarted.
        "apicurio.registry.check-period-ms", AN_HOUR);
  }
}
