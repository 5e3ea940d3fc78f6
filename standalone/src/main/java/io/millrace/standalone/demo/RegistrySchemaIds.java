package io.millrace.standalone.demo;

import io.millrace.flink.connectors.SchemaRegistry;
import io.millrace.schemas.Topic;
import io.millrace.standalone.replay.SchemaIds;
import org.apache.avro.Schema;

/** Ids from the platform's registry; registering a schema that is there gives its id. */
record RegistrySchemaIds(SchemaRegistry registry) implements SchemaIds {

  @Override
  public int idOf(Topic<?> topic) {
    return registry.register(topic.subject(), topic.schema());
  }

  @Override
  public Schema schemaOf(int id) {
    return registry.schema(id);
  }
}
