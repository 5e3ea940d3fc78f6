package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** With transactions, who reads committed records sees each list once, a killed process or not. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ExactlyOnceITCase {

  @Test
  void noListIsRepeatedOrLost(@TempDir Path folder) throws IOException {
    KilledInTheMiddle outcome =
        KilledInTheMiddle.run(folder, "-Dmillrace.delivery.recommendations=EXACTLY_ONCE");

    List<EmittedList> lists = outcome.committed();
    assertThat(lists).extracting(EmittedList::id).doesNotHaveDuplicates();
    ListAssertions.assertEachEventHasItsId(outcome.events(), lists);
    ListAssertions.assertOrderPerUser(outcome.events(), lists);
    ListAssertions.assertMadeFromWhatCameBefore(outcome.events(), lists);
    assertThat(outcome.written())
        .as("lists of the killed process were written and aborted, so there was something to hide")
        .hasSizeGreaterThan(lists.size());
  }
}
