package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.standalone.platform.Installation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The configuration reference says what the code says. */
class ConfigurationReferenceTest {
  private static final String UPDATE = "millrace.docs.update";

  @Test
  void everyOptionIsDescribed() {
    assertThat(ConfigurationPage.undescribed()).isEmpty();
  }

  @Test
  void thePageIsUpToDate() throws IOException {
    Path page = Installation.locate().home().resolve("docs").resolve("configuration.md");
    String generated = ConfigurationPage.markdown();
    if (Boolean.getBoolean(UPDATE)) {
      Files.writeString(page, generated);
    }
    assertThat(page)
        .as(
            "docs/configuration.md is generated; after options change, write it again with"
                + " mvn test -pl e2e-tests -am -Dtest=ConfigurationReferenceTest"
                + " -Dsurefire.failIfNoSpecifiedTests=false -D%s=true",
            UPDATE)
        .hasContent(generated);
  }
}
