package io.millrace.server.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ServerMetricsTest {
  private static final String PAGE =
      """
      # HELP nv_inference_count Rows computed.
      nv_inference_count{model="a",version="1"} 5
      nv_inference_count{model="a",version="2"} 7
      nv_inference_count{model="b",version="1"} 100
      millrace_inference_batches{model="a",version="1",rows="1"} 3
      millrace_inference_batches{model="a",version="2",rows="1"} 1
      millrace_inference_batches{model="a",version="2",rows="8"} 1
      """;

  @Test
  void aModelsSamplesAreSummedOverItsVersions() {
    ServerMetrics metrics = ServerMetrics.parse(PAGE, "a");
    assertThat(metrics.value(ServerMetrics.ROWS)).isEqualTo(12);
    assertThat(metrics.batches()).isEqualTo(Map.of(1, 4.0, 8, 1.0));
  }

  @Test
  void whatAServerDoesNotSayIsNoNumber() {
    assertThat(ServerMetrics.parse(PAGE, "a").value(ServerMetrics.GRAPH_CPU_MICROS)).isNaN();
  }
}
