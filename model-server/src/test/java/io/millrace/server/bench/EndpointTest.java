package io.millrace.server.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class EndpointTest {
  @Test
  void anAddressNamesItsProtocol() {
    assertThat(Endpoint.parse("grpc://127.0.0.1:8001"))
        .isEqualTo(new Endpoint("grpc", "127.0.0.1:8001"));
    assertThat(Endpoint.parse("http://host:80")).isEqualTo(new Endpoint("http", "host:80"));
  }

  @Test
  void anythingElseIsRefusedWithTheFix() {
    for (String url : new String[] {"127.0.0.1:8001", "https://a:1", "http://a", "http://a:1/v2"}) {
      assertThatThrownBy(() -> Endpoint.parse(url))
          .hasMessageContaining(url)
          .hasMessageContaining("grpc://HOST:PORT");
    }
  }
}
