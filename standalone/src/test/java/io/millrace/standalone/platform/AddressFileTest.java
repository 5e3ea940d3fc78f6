package io.millrace.standalone.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.standalone.platform.AddressFile.Addresses;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AddressFileTest {
  private static final long SELF = ProcessHandle.current().pid();

  private final AddressFile file;

  AddressFileTest(@TempDir Path temporary) {
    this.file = new AddressFile(temporary.resolve("cache").resolve("running.json"));
  }

  @Test
  void whatIsWrittenIsRead() {
    file.write(addresses(SELF));

    assertThat(file.read()).contains(addresses(SELF));
    assertThat(file.path().getParent()).isDirectoryNotContaining("glob:**.json.*");
  }

  @Test
  void nothingRunsWithoutAFile() {
    assertThat(file.read()).isEmpty();
  }

  @Test
  void aFileOfAProcessThatIsGoneMeansThatNothingRuns() {
    file.write(addresses(Long.MAX_VALUE));

    assertThat(file.read()).isEmpty();

    file.removeStale();
    assertThat(file.path()).doesNotExist();
  }

  @Test
  void aPlatformRemovesItsOwnFileOnly() {
    file.write(addresses(SELF));

    file.remove(SELF + 1);
    assertThat(file.path()).exists();

    file.remove(SELF);
    assertThat(file.path()).doesNotExist();
    file.remove(SELF);
  }

  @Test
  void aBrokenFileIsOneClearLine() throws IOException {
    Files.createDirectories(file.path().getParent());
    Files.writeString(file.path(), "{ \"pid\": ");

    assertThatThrownBy(file::read)
        .isInstanceOf(PlatformException.class)
        .hasMessageContaining(file.path().toString())
        .hasMessageContaining("remove it");
  }

  private static Addresses addresses(long pid) {
    return new Addresses(
        pid,
        "127.0.0.1:9092",
        URI.create("http://127.0.0.1:8081/apis/ccompat/v7"),
        "127.0.0.1:8001",
        URI.create("http://127.0.0.1:8088"));
  }
}
