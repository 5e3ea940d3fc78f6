package io.millrace.server.raw;

import io.millrace.server.batching.Composition;
import io.millrace.server.batching.LengthGroups;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Which requests of a graph are computed together: rows of dense inputs have one shape; rows of
 * ragged inputs any, and where the graph pads them, those of similar length make a part.
 */
final class RawComposition implements Composition<RawRequest> {
  private final RawSignature signature;
  private final boolean byLength;

  RawComposition(RawSignature signature) {
    this.signature = signature;
    this.byLength =
        signature.groupsByLength() && signature.inputs().stream().anyMatch(RawInput::ragged);
  }

  @Override
  public boolean mayJoin(RawRequest first, RawRequest next) {
    return RawRequest.compatible(signature, first, next);
  }

  @Override
  public List<List<RawRequest>> parts(List<RawRequest> batch) {
    if (!byLength || batch.size() == 1) {
      return List.of(batch);
    }
    batch.sort(Comparator.comparingInt(RawRequest::longest));
    int[] lengths = new int[batch.size()];
    int[] rows = new int[batch.size()];
    Arrays.setAll(lengths, i -> batch.get(i).longest());
    Arrays.setAll(rows, i -> batch.get(i).rows());
    int[] ends = new int[batch.size()];
    int groups = new LengthGroups().split(lengths, rows, batch.size(), ends);
    List<List<RawRequest>> parts = new ArrayList<>(groups);
    for (int i = 0; i < groups; i++) {
      parts.add(batch.subList(i == 0 ? 0 : ends[i - 1], ends[i]));
    }
    return parts;
  }
}
