package io.millrace.server.sources;

import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * What those like who say the same of themselves, and what everybody likes where nothing is said:
 * the base of lists for somebody who has done nothing.
 */
final class LikeMindedSource implements CandidateSource {
  private final int quota;
  private final LikeMinded liked;
  private final @Nullable KeywordIndex index;
  private final ItemCounts counts;
  private final IntPredicate asked;
  private final float[] scores;
  private boolean on;

  /**
   * Over a catalogue.
   *
   * @param index looked keywords up; null when they are ignored
   * @param asked whether lists for a history of so many events are based on it
   */
  LikeMindedSource(
      int quota,
      LikeMinded liked,
      @Nullable KeywordIndex index,
      ItemCounts counts,
      IntPredicate asked) {
    this.quota = quota;
    this.liked = liked;
    this.index = index;
    this.counts = counts;
    this.asked = asked;
    this.scores = new float[counts.items()];
  }

  @Override
  public Source source() {
    return Source.LIKE_MINDED;
  }

  @Override
  public int quota() {
    return quota;
  }

  @Override
  public void score(SourceRow row) {
    on = asked.test(row.items().length);
    if (!on) {
      return;
    }
    liked.start(scores);
    Keywords keywords = row.keywords();
    if (index != null && keywords != null) {
      for (int keyword = 0; keyword < keywords.weights().length; keyword++) {
        for (int term : keywords.terms()[keyword]) {
          String attribute = index.attribute(term);
          if (attribute != null) {
            liked.add(attribute, keywords.weights()[keyword], scores);
          }
        }
      }
    }
  }

  @Override
  public void offer(ItemMarks excluded, BestItems best) {
    for (int item = 0; on && item < scores.length; item++) {
      if (counts.of(item) > 0 && !excluded.has(item)) {
        best.offer(item, scores[item]);
      }
    }
  }

  @Override
  public void write(CandidateSet candidates, float[] into) {
    for (int i = 0; on && i < candidates.size(); i++) {
      into[i] = scores[candidates.item(i)];
    }
  }
}
