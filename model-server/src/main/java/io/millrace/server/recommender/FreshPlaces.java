package io.millrace.server.recommender;

import io.millrace.server.sources.CandidateSet;
import io.millrace.server.sources.Source;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;

/**
 * Keeps the last places of a ranked list for new items where the ranker left them out: it learned
 * from what was met, and nobody has met them yet. For one thread at a time.
 */
final class FreshPlaces {
  private final int least;

  /**
   * Keeps places.
   *
   * @param least new items of a list, if the row has as many candidates, but at most half of it; 0
   *     leaves lists alone
   */
  FreshPlaces(int least) {
    this.least = least;
  }

  /**
   * Puts the best new items that a list lacks at its last places, in their order; new ones that are
   * there stay.
   *
   * @param set the row's candidates, with what they were ranked by
   * @param ranker has their clicks and ratings, too
   * @param from which of the ranker's rows it is
   */
  void fill(CandidateSet set, RankerBatch ranker, int from, RankedLists lists, int at) {
    if (least == 0) {
      return;
    }
    List<Integer> left = new ArrayList<>();
    BitSet kept = new BitSet();
    for (int candidate = 0; candidate < set.size(); candidate++) {
      if (set.isFrom(Source.FRESH, candidate)) {
        int place = place(set.item(candidate), lists, at);
        if (place < 0) {
          left.add(candidate);
        } else {
          kept.set(place);
        }
      }
    }
    left.sort(Comparator.comparing((Integer candidate) -> -set.rankedBy(candidate)));
    int missing = Math.min(least, lists.found(at) / 2) - kept.cardinality();
    int place = lists.found(at);
    for (int i = Math.min(missing, left.size()) - 1; i >= 0; i--) {
      place = kept.previousClearBit(place - 1);
      int candidate = left.get(i);
      lists.replaceMerged(
          at,
          place,
          set.item(candidate) + Vocabulary.FIRST_ITEM,
          set.rankedBy(candidate),
          Source.FRESH,
          ranker.click(from, candidate),
          ranker.rating(from, candidate));
    }
  }

  /** Where an item is in a list; negative where it is not. */
  private static int place(int item, RankedLists lists, int at) {
    for (int place = 0; place < lists.found(at); place++) {
      if (lists.item(at, place) == item + Vocabulary.FIRST_ITEM) {
        return place;
      }
    }
    return -1;
  }
}
