package io.millrace.flink.connectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.schemas.Topics;
import io.millrace.schemas.avro.Interaction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;

class WriterSchemasTest {
  private final Map<Integer, Schema> registered = new HashMap<>();
  private final List<Integer> asked = new ArrayList<>();
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
  private final WriterSchemas<Interaction> schemas =
      new WriterSchemas<>(Interaction.class, this::lookup, nanos::get);

  private Schema lookup(int id) {
    asked.add(id);
    Schema schema = registered.get(id);
    if (schema == null) {
      throw new RegistryException.UnknownSchema("schema id " + id + " is not in the registry");
    }
    return schema;
  }

  @Test
  void aSchemaIsAskedForOnce() {
    registered.put(1, Topics.INTERACTIONS.schema());

    assertThat(schemas.codec(1)).isSameAs(schemas.codec(1));
    assertThat(asked).containsExactly(1);
  }

  @Test
  void anUnknownSchemaIsNotAskedForAgainAtOnce() {
    assertThatThrownBy(() -> schemas.codec(9)).isInstanceOf(RegistryException.UnknownSchema.class);
    assertThatThrownBy(() -> schemas.codec(9))
        .isInstanceOf(RegistryException.UnknownSchema.class)
        .hasMessageContaining("schema id 9");
    assertThat(asked).containsExactly(9);
  }

  @Test
  void aSchemaThatIsRegisteredLaterIsFound() {
    assertThatThrownBy(() -> schemas.codec(9)).isInstanceOf(RegistryException.UnknownSchema.class);
    registered.put(9, Topics.INTERACTIONS.schema());
    nanos.addAndGet(10_000_000_001L);

    assertThat(schemas.codec(9)).isNotNull();
  }

  @Test
  void aSchemaOfSomethingElseIsUnknownHere() {
    registered.put(2, Topics.ITEMS.schema());

    assertThatThrownBy(() -> schemas.codec(2))
        .isInstanceOf(RegistryException.UnknownSchema.class)
        .hasMessageContaining("io.millrace.schemas.avro.Item)")
        .hasMessageContaining("cannot be read as io.millrace.schemas.avro.Interaction");
  }

  @Test
  void moreSchemasThanAreKeptStillDecode() {
    for (int id = 0; id < 1000; id++) {
      registered.put(id, Topics.INTERACTIONS.schema());
      assertThat(schemas.codec(id)).isNotNull();
    }
    assertThat(schemas.codec(0)).isNotNull();
    assertThat(asked).hasSize(1001);
  }
}
