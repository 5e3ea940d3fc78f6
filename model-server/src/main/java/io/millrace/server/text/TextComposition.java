package io.millrace.server.text;

import io.millrace.server.batching.Composition;
import io.millrace.server.batching.LengthGroups;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** Texts of similar length are computed together, as short ones are padded to long ones. */
final class TextComposition implements Composition<TextRequest> {
  /** About what there is in languages that encoders know; it only decides who goes with whom. */
  private static final int CHARACTERS_PER_TOKEN = 4;

  private final int mostTokens;

  TextComposition(int mostTokens) {
    this.mostTokens = mostTokens;
  }

  @Override
  public boolean mayJoin(TextRequest first, TextRequest next) {
    return true;
  }

  @Override
  public List<List<TextRequest>> parts(List<TextRequest> batch) {
    if (batch.size() == 1) {
      return List.of(batch);
    }
    batch.sort(Comparator.comparingInt(TextRequest::longest));
    int[] lengths = new int[batch.size()];
    int[] rows = new int[batch.size()];
    Arrays.setAll(
        lengths, i -> Math.min(mostTokens, batch.get(i).longest() / CHARACTERS_PER_TOKEN));
    Arrays.setAll(rows, i -> batch.get(i).rows());
    int[] ends = new int[batch.size()];
    int groups = new LengthGroups().split(lengths, rows, batch.size(), ends);
    List<List<TextRequest>> parts = new ArrayList<>(groups);
    for (int i = 0; i < groups; i++) {
      parts.add(batch.subList(i == 0 ? 0 : ends[i - 1], ends[i]));
    }
    return parts;
  }
}
