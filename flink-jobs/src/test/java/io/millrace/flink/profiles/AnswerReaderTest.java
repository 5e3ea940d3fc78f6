package io.millrace.flink.profiles;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnswerReaderTest {
  private static final NumberedEvents SHOWN =
      new NumberedEvents(List.of(Events.rated(1, 5, "Heat", "Crime")), 1);

  @ParameterizedTest
  @CsvSource({
    "War: e11, War",
    "Crime: e16 e15 e10 e5, Crime",
    "Comedy: e20 e1 e, Comedy",
    "Drama:e7 e6, Drama",
    "Film-Noir, Film-Noir",
    "A ship: the Nautilus, A ship: the Nautilus",
    "Vitamin e2, Vitamin e2",
    ": e1, : e1"
  })
  void aLineOfTraitsThatIsRepeatedLosesTheNamesOfItsEvents(String text, String read)
      throws UnreadableAnswerException {
    String answer = "{\"claims\": [{\"text\": \"" + text + "\", \"events\": [\"e1\"]}]}";
    assertThat(AnswerReader.claims(answer, DraftClaim.Kind.INTEREST, "", SHOWN))
        .containsExactly(new DraftClaim(DraftClaim.Kind.INTEREST, "", read, List.of("event-1")));
  }
}
