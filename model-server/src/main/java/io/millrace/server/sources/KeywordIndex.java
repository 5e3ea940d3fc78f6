package io.millrace.server.sources;

import io.millrace.server.sources.ItemTexts.ItemText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which items a keyword speaks of. A keyword stands for the attribute values that it contains, as
 * whole phrases; one that contains none stands for the informative words of titles in it. Rare
 * terms weigh more. Immutable.
 */
public final class KeywordIndex {
  /** Words that more than one in so many titles have say nothing about an item. */
  private static final int TITLES_PER_WORD = 50;

  /** So many titles may share a word however small the catalogue is. */
  private static final int ALWAYS_INFORMATIVE = 2;

  private final Map<String, Integer> attributes;
  private final Map<String, Integer> words;
  private final Map<Integer, String> attributeOf;
  private final int longestAttribute;
  private final int[][] items;
  private final float[] rarity;

  private KeywordIndex(
      Map<String, Integer> attributes,
      Map<String, Integer> words,
      int longestAttribute,
      int[][] items,
      float[] rarity) {
    this.attributes = attributes;
    this.words = words;
    this.attributeOf = new HashMap<>();
    attributes.forEach((phrase, term) -> attributeOf.put(term, phrase));
    this.longestAttribute = longestAttribute;
    this.items = items;
    this.rarity = rarity;
  }

  /** Indexes the texts of a catalogue. */
  public static KeywordIndex of(ItemTexts texts) {
    Map<String, List<Integer>> byAttribute = new HashMap<>();
    Map<String, List<Integer>> byWord = new HashMap<>();
    int described = 0;
    int longest = 0;
    for (int item = 0; item < texts.items().size(); item++) {
      ItemText text = texts.items().get(item);
      described += text.isEmpty() ? 0 : 1;
      Set<String> values = new LinkedHashSet<>();
      for (String attribute : text.attributes()) {
        List<String> phrase = Terms.of(attribute);
        longest = Math.max(longest, phrase.size());
        values.add(String.join(" ", phrase));
      }
      values.remove("");
      post(byAttribute, values, item);
      post(byWord, new LinkedHashSet<>(Terms.of(text.title())), item);
    }
    int most = Math.max(ALWAYS_INFORMATIVE, described / TITLES_PER_WORD);
    byWord.values().removeIf(found -> found.size() > most);
    List<int[]> postings = new ArrayList<>();
    Map<String, Integer> attributes = number(byAttribute, postings);
    Map<String, Integer> words = number(byWord, postings);
    float[] rarity = new float[postings.size()];
    for (int term = 0; term < rarity.length; term++) {
      rarity[term] = (float) Math.log((double) described / postings.get(term).length);
    }
    return new KeywordIndex(attributes, words, longest, postings.toArray(int[][]::new), rarity);
  }

  private static void post(Map<String, List<Integer>> postings, Set<String> terms, int item) {
    for (String term : terms) {
      postings.computeIfAbsent(term, unused -> new ArrayList<>()).add(item);
    }
  }

  private static Map<String, Integer> number(
      Map<String, List<Integer>> from, List<int[]> postings) {
    Map<String, Integer> numbers = new HashMap<>();
    from.forEach(
        (term, found) -> {
          numbers.put(term, postings.size());
          postings.add(found.stream().mapToInt(Integer::intValue).toArray());
        });
    return numbers;
  }

  /** The terms that a keyword stands for; none when the catalogue does not know it. */
  public int[] find(String keyword) {
    List<String> given = Terms.of(keyword);
    Set<Integer> found = new LinkedHashSet<>();
    for (int at = 0; at < given.size(); ) {
      int length = Math.min(longestAttribute, given.size() - at);
      Integer term = null;
      while (length > 0 && (term = attribute(given, at, length)) == null) {
        length--;
      }
      if (term != null) {
        found.add(term);
      }
      at += Math.max(1, length);
    }
    if (found.isEmpty()) {
      for (String word : given) {
        Integer term = words.get(word);
        if (term != null) {
          found.add(term);
        }
      }
    }
    return found.stream().mapToInt(Integer::intValue).toArray();
  }

  /** The attribute value that a term stands for, as {@link Terms} writes it; null for a word. */
  @Nullable String attribute(int term) {
    return attributeOf.get(term);
  }

  private @Nullable Integer attribute(List<String> words, int from, int length) {
    return attributes.get(
        length == 1 ? words.get(from) : String.join(" ", words.subList(from, from + length)));
  }

  /**
   * Adds to each item's score what the keywords say about it: the weight of each, times the rarity
   * of those of its terms that the item has, over the root of how many terms it has.
   *
   * @param scores one for each item
   */
  public void addScores(Keywords keywords, float[] scores) {
    for (int keyword = 0; keyword < keywords.weights().length; keyword++) {
      int[] terms = keywords.terms()[keyword];
      for (int term : terms) {
        float share = share(keywords.weights()[keyword], term, terms.length);
        for (int item : items[term]) {
          scores[item] += share;
        }
      }
    }
  }

  /** The place of the keyword that speaks most for an item; -1 when none does. */
  public int bestMatch(Keywords keywords, int item) {
    int best = -1;
    float most = 0;
    for (int keyword = 0; keyword < keywords.weights().length; keyword++) {
      int[] terms = keywords.terms()[keyword];
      float sum = 0;
      for (int term : terms) {
        if (Arrays.binarySearch(items[term], item) >= 0) {
          sum += share(keywords.weights()[keyword], term, terms.length);
        }
      }
      if (sum > most) {
        most = sum;
        best = keyword;
      }
    }
    return best;
  }

  private float share(float weight, int term, int terms) {
    return weight * rarity[term] / (float) Math.sqrt(terms);
  }
}
