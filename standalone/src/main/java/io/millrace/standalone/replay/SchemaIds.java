package io.millrace.standalone.replay;

import io.millrace.schemas.Topic;
import org.apache.avro.Schema;

/** What the demo needs of a schema registry. */
public interface SchemaIds {

  /** The id that frames values written with the topic's current schema. */
  int idOf(Topic<?> topic);

  /** The schema behind an id. */
  Schema schemaOf(int id);
}
