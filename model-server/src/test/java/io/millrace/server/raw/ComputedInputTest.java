package io.millrace.server.raw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.server.inference.DataType;
import io.millrace.server.inference.TensorSpec;
import io.millrace.server.raw.ComputedInput.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rows of 3, 2, 2 and 0 elements; the middle two came in one request. */
class ComputedInputTest {
  private static final RawSignature SIGNATURE =
      new RawSignature(
          8,
          List.of(
              new RawInput(
                  new TensorSpec("x", DataType.INT32, List.of(-1L, -1L), false), 0, true, null)),
          List.of(),
          List.of(),
          true);

  private static RawRequest rows(int rows, int length) {
    return RawRows.of(SIGNATURE, rows, length);
  }

  private static RecordingInstance written(Kind kind) {
    RecordingInstance graph = new RecordingInstance();
    new ComputedInput(kind, 0, DataType.INT32, 0)
        .write(graph, List.of(rows(1, 3), rows(2, 2), rows(1, 0)), 4);
    return graph;
  }

  @Test
  void elementsOfEveryRow() {
    assertThat(written(Kind.ELEMENTS).ints()).containsExactly(3, 2, 2, 0);
  }

  @Test
  void endsOfEveryRow() {
    assertThat(written(Kind.ROW_ENDS).ints()).containsExactly(3, 5, 7, 7);
  }

  @Test
  void boundsOfEveryRow() {
    assertThat(written(Kind.ROW_BOUNDS).ints()).containsExactly(0, 3, 5, 7, 7);
  }

  @Test
  void theLongestRowAsAShape() {
    assertThat(written(Kind.LONGEST_ROW).shape).containsExactly(3);
  }

  @Test
  void shapesOfEveryRow() {
    assertThat(written(Kind.ROW_SHAPES).shape).containsExactly(4, 1);
    assertThat(written(Kind.ROW_SHAPES).ints()).containsExactly(3, 2, 2, 0);
    assertThat(written(Kind.ROW_SHAPES_FLAT).shape).containsExactly(4);
  }

  @Test
  void aReshapeKeepsElementsAndMovesOpenDimensionsInOrder() {
    Reshape reshape = new Reshape(List.of(2L, -1L, 1L, -1L), List.of(-1L, 2L, -1L));
    assertThat(reshape.apply(new long[] {9, 2, 5, 1, 7}, 1)).containsExactly(9, 5, 2, 7);
    assertThat(new Reshape(List.of(1L), List.of()).apply(new long[] {4, 1}, 1)).containsExactly(4);
    assertThatThrownBy(() -> new Reshape(List.of(2L), List.of(3L)))
        .hasMessage("[2] and [3] do not hold the same elements");
  }
}
