package io.millrace.standalone.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.standalone.platform.PlatformException;
import io.millrace.standalone.report.DemoReport.Recommendations;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportFileTest {
  private final Path folder;

  ReportFileTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void theJsonFormIsWhatReadersRelyOn() throws IOException {
    assertThat(ReportFile.toJson(Reports.example())).isEqualTo(golden());
  }

  @Test
  void aFileIsReplacedWholeAndNothingStaysBeside() throws IOException {
    Path file = folder.resolve("r.json");
    Files.writeString(file, "what was there before, and much longer ".repeat(100));

    ReportFile.write(file, Reports.example());

    assertThat(file).hasContent(golden());
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void aPlaceThatCannotBeWrittenIsRefusedBeforehand() {
    assertThatThrownBy(() -> ReportFile.check(folder.resolve("missing/r.json")))
        .isInstanceOf(PlatformException.class)
        .hasMessageContainingAll("--report", "there is no folder");
    assertThatThrownBy(() -> ReportFile.check(folder))
        .isInstanceOf(PlatformException.class)
        .hasMessageContaining("cannot be written");
    ReportFile.check(folder.resolve("r.json"));
    ReportFile.check(Path.of("r.json"));
  }

  @Test
  void onlyLossDuplicatesAndFailedCheckpointsSpoilARun() {
    assertThat(Reports.example().isClean()).isTrue();
    assertThat(Reports.with(lists(1, 0), 0).isClean()).isFalse();
    assertThat(Reports.with(lists(0, 1), 0).isClean()).isFalse();
    assertThat(Reports.with(lists(0, 0), 1).isClean()).isFalse();
  }

  @Test
  void figuresAreRoundedAndNeverUndefined() {
    assertThat(Rounding.round(1.2345, 2)).isEqualTo(1.23);
    assertThat(Rounding.round(-1.235, 2)).isEqualTo(-1.24);
    assertThat(Rounding.round(0.0 / 0.0, 2)).isZero();
    assertThat(Rounding.round(1 / 0.0, 2)).isZero();
  }

  private static Recommendations lists(long lost, long duplicated) {
    return new Recommendations(10, 10, lost, duplicated, Map.of(), Map.of());
  }

  private static String golden() throws IOException {
    try (InputStream in = ReportFileTest.class.getResourceAsStream("report-v1.json")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
