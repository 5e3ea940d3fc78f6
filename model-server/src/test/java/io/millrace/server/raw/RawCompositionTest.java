package io.millrace.server.raw;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.server.inference.DataType;
import io.millrace.server.inference.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RawCompositionTest {
  private static RawSignature signature(boolean ragged, boolean groupsByLength) {
    TensorSpec spec = new TensorSpec("x", DataType.INT32, List.of(-1L, -1L), false);
    return new RawSignature(
        64, List.of(new RawInput(spec, 0, ragged, null)), List.of(), List.of(), groupsByLength);
  }

  private static List<List<Integer>> lengths(RawSignature signature, int... rowLengths) {
    List<RawRequest> batch = new ArrayList<>();
    for (int length : rowLengths) {
      batch.add(RawRows.of(signature, 1, length));
    }
    return new RawComposition(signature)
        .parts(batch).stream()
            .map(part -> part.stream().map(RawRequest::longest).toList())
            .toList();
  }

  @Test
  void rowsOfSimilarLengthAreComputedTogetherAndEveryRequestOnce() {
    assertThat(lengths(signature(true, true), 500, 3, 510, 4, 2))
        .containsExactly(List.of(2, 3, 4), List.of(500, 510));
  }

  @Test
  void aGraphThatDoesNotPadGetsTheBatchAsItCame() {
    assertThat(lengths(signature(true, false), 500, 3)).containsExactly(List.of(500, 3));
  }

  @Test
  void denseRowsAreOnePartAndMayOnlyJoinThoseOfTheirShape() {
    RawSignature dense = signature(false, true);
    assertThat(lengths(dense, 5, 5)).containsExactly(List.of(0, 0));
    RawComposition composition = new RawComposition(dense);
    RawRequest first = RawRows.of(dense, 1, 5);
    assertThat(composition.mayJoin(first, RawRows.of(dense, 3, 5))).isTrue();
    assertThat(composition.mayJoin(first, RawRows.of(dense, 1, 6))).isFalse();
    RawSignature ragged = signature(true, true);
    assertThat(
            new RawComposition(ragged).mayJoin(RawRows.of(ragged, 1, 5), RawRows.of(ragged, 1, 6)))
        .isTrue();
  }
}
