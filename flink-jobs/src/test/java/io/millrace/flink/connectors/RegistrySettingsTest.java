package io.millrace.flink.connectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegistrySettingsTest {
  @Test
  void trailingSlashesAreLeftOut() {
    assertThat(RegistrySettings.at("http://host:1/apis/ccompat/v7//").url())
        .isEqualTo("http://host:1/apis/ccompat/v7");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "host:8081", "ftp://host", "http//host", "http://a b"})
  void whatIsNotAnHttpAddressIsNamed(String url) {
    assertThatThrownBy(() -> RegistrySettings.at(url))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + url + "'");
  }
}
