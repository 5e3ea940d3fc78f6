package io.millrace.server.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class TurnsTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private final List<String> order = new ArrayList<>();

  /** Does so many a second in each turn. */
  private final class Scripted implements Contestant {
    private final String name;
    private final Iterator<Double> rates;

    Scripted(String name, Double... rates) {
      this.name = name;
      this.rates = List.of(rates).iterator();
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public void warmUp(double seconds) {
      order.add("warm " + name);
    }

    @Override
    public ObjectNode turn(double seconds) {
      order.add(name);
      return MAPPER.createObjectNode().put("per_s", rates.next()).put("p50_us", 7);
    }

    @Override
    public long failed() {
      return 2;
    }

    @Override
    public void close() {}
  }

  @Test
  void aRatioIsOfTheSameTurnHoweverFastTheMachineWas() throws Exception {
    Turns turns =
        new Turns(
            List.of(new Scripted("a", 100.0, 10.0, 50.0), new Scripted("b", 200.0, 19.0, 150.0)),
            text -> {});
    turns.warmUp(1, 1);
    turns.measure(3, 1);
    assertThat(order).containsExactly("warm a", "warm b", "a", "b", "a", "b", "a", "b");
    ArrayNode report = MAPPER.createArrayNode();
    turns.write(report);
    assertThat(report.path(0).path("of_first").asDouble()).isEqualTo(1);
    assertThat(report.path(1).path("of_first").asDouble()).isEqualTo(2);
    assertThat(report.path(1).path("of_first_least").asDouble()).isCloseTo(1.9, within(1e-9));
    assertThat(report.path(1).path("of_first_most").asDouble()).isEqualTo(3);
    assertThat(report.path(1).path("per_s").asDouble()).isEqualTo(150);
    assertThat(turns.failed()).isEqualTo(4);
    assertThat(Turns.table(report)).contains("2.00 (1.90 to 3.00)");
  }

  @Test
  void theMedianOfAnEvenNumberIsBetweenTheTwoInTheMiddle() {
    assertThat(Turns.median(DoubleStream.of(4, 1, 3, 2))).isEqualTo(2.5);
    assertThat(Turns.median(DoubleStream.of(9))).isEqualTo(9);
  }
}
