package io.millrace.server.sources;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * What brings items beside the retriever, and what is known of them.
 *
 * @param keywords null when keywords cannot be used
 * @param vectors null when the profile's vector is for the retriever alone
 * @param texts the vectors of items' texts; null without
 * @param tables of the sources that look them up
 * @param newItems those that are new
 * @param liked by those who say something of themselves; null where no list is based on it
 * @param fusion how much keywords and profile count beside the retriever, or what is popular
 * @param settings how much each source brings to a ranker, and to lists that are based on it
 * @param ranked whether a ranker orders what they bring
 * @param counts how often each item was met in training
 */
public record ItemSources(
    @Nullable KeywordIndex keywords,
    @Nullable ItemVectors vectors,
    @Nullable TextVectors texts,
    Map<Source, NeighbourTable> tables,
    NewItems newItems,
    @Nullable LikeMinded liked,
    FusionWeights fusion,
    SourceSettings settings,
    boolean ranked,
    ItemCounts counts) {
  /** Copies the tables. */
  public ItemSources {
    tables = Map.copyOf(tables);
  }

  /** Names of all sources, the retriever first. */
  public List<String> names() {
    List<String> names = new ArrayList<>(List.of(Source.RETRIEVER.label()));
    for (CandidateSource source : newSources()) {
      if (source.quota() > 0) {
        names.add(source.source().label());
      }
    }
    return names;
  }

  /** The sources, with scratch space of their own: a set for each runner. */
  public List<CandidateSource> newSources() {
    List<CandidateSource> sources = new ArrayList<>();
    if (ranked) {
      addRanked(sources);
    } else if (fusion.isBase(Source.POPULAR)) {
      sources.add(new PopularSource(settings.quota(Source.POPULAR), counts));
    }
    if (liked != null) {
      IntPredicate asked = events -> fusion.of(events).base() == Source.LIKE_MINDED;
      sources.add(new LikeMindedSource(fusion.candidates(), liked, keywords, counts, asked));
    }
    int items = counts.items();
    if (keywords != null) {
      IntPredicate counted = events -> ranked || fusion.of(events).keywords() > 0;
      sources.add(new KeywordSource(quota(Source.KEYWORDS), keywords, counted, items));
    }
    if (vectors != null) {
      IntPredicate counted = events -> ranked || fusion.of(events).profile() > 0;
      sources.add(new ProfileSource(quota(Source.PROFILE), vectors, counted, items));
    }
    return sources;
  }

  private void addRanked(List<CandidateSource> sources) {
    for (Source source : Source.ALL) {
      NeighbourTable table = tables.get(source);
      SourceSettings.Table how = settings.tables().get(source);
      int quota = settings.quota(source);
      if (source == Source.MULTI_INTEREST && table != null && how != null) {
        sources.add(new InterestSource(quota, table, how, settings.interests()));
      } else if (table != null && how != null) {
        sources.add(new NeighbourSource(source, quota, table, how.events(), how.decay()));
      } else if (source == Source.POPULAR) {
        sources.add(new PopularSource(quota, counts));
      } else if (source == Source.POPULAR_NOW) {
        sources.add(new PopularNowSource(quota, counts.items()));
      } else if (source == Source.RISING && quota > 0) {
        sources.add(new RisingSource(quota, counts));
      } else if (source == Source.CONTINUATION && quota > 0) {
        sources.add(new ContinuationSource(quota, settings.sessionSeconds(), counts.items()));
      } else if (source == Source.FRESH && settings.fresh() != null && texts != null) {
        sources.add(new FreshSource(quota, settings.fresh(), newItems, texts));
      }
    }
  }

  /** In a bundle with a ranker as its sources say, else as its fusion does. */
  private int quota(Source source) {
    return ranked && settings.quotas().containsKey(source)
        ? settings.quota(source)
        : fusion.candidates();
  }
}
