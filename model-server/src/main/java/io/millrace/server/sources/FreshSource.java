package io.millrace.server.sources;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * New items whose texts are close to those of the user's newest events: nobody has met them often
 * enough for anything else to bring them. Where none of these events has a text, the profile says
 * what is close. Costs a product of {@value TextVectors#DIMS} numbers for each new item.
 */
final class FreshSource implements CandidateSource {
  private final int quota;
  private final SourceSettings.Fresh how;
  private final NewItems items;
  private final TextVectors texts;
  private final SparseScores cosines;
  private final float[] wanted = new float[TextVectors.DIMS];

  FreshSource(int quota, SourceSettings.Fresh how, NewItems items, TextVectors texts) {
    this.quota = quota;
    this.how = how;
    this.items = items;
    this.texts = texts;
    this.cosines = new SparseScores(texts.items());
  }

  @Override
  public Source source() {
    return Source.FRESH;
  }

  @Override
  public int quota() {
    return quota;
  }

  @Override
  public void score(SourceRow row) {
    cosines.clear();
    Arrays.fill(wanted, 0f);
    if (!addHistory(row.items())) {
      addProfile(row.profile());
    }
    float length = length(wanted);
    if (length == 0) {
      return;
    }
    for (int i = 0; i < items.count(); i++) {
      int item = items.item(i);
      if (texts.has(item)) {
        cosines.add(item, texts.dot(wanted, item) / length);
      }
    }
  }

  private boolean addHistory(int[] history) {
    boolean any = false;
    double weight = 1;
    for (int at = history.length - 1; at >= Math.max(0, history.length - how.events()); at--) {
      if (history[at] != SourceRow.UNKNOWN && texts.has(history[at])) {
        texts.addTo(history[at], (float) weight, wanted);
        any = true;
      }
      weight *= how.decay();
    }
    return any;
  }

  private void addProfile(@Nullable FloatBuffer profile) {
    for (int dim = 0; profile != null && dim < wanted.length; dim++) {
      wanted[dim] = profile.get(profile.position() + dim);
    }
  }

  private static float length(float[] vector) {
    double squares = 0;
    for (float value : vector) {
      squares += (double) value * value;
    }
    return (float) Math.sqrt(squares);
  }

  @Override
  public void offer(ItemMarks excluded, BestItems best) {
    cosines.offer(excluded, best);
  }

  @Override
  public void write(CandidateSet candidates, float[] into) {
    cosines.write(candidates, into);
  }
}
