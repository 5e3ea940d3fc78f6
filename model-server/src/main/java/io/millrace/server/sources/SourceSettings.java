package io.millrace.server.sources;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.server.inference.ModelLoadException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How much each source brings to a ranker, as a bundle says.
 *
 * @param quotas most items of each source; a source that is missing is off
 * @param tables of those sources that look them up
 * @param interests of a row at most, each of which looks its neighbours up
 * @param sessionSeconds longest time between two events of a session
 * @param fresh how new items are found; null without
 */
public record SourceSettings(
    Map<Source, Integer> quotas,
    Map<Source, Table> tables,
    int interests,
    float sessionSeconds,
    @Nullable Fresh fresh) {
  /** Nothing but the retriever. */
  public static final SourceSettings NONE = new SourceSettings(Map.of(), Map.of(), 0, 0, null);

  private static final int MOST_QUOTA = 1000;
  private static final int MOST_EVENTS = 1000;
  private static final int MOST_INTERESTS = 32;
  private static final int MOST_LISTED = 100;

  /** Copies the maps. */
  public SourceSettings {
    quotas = Map.copyOf(quotas);
    tables = Map.copyOf(tables);
  }

  /**
   * A table of neighbours.
   *
   * @param file its name in the bundle
   * @param events newest events of a history that are looked up
   * @param decay what an event counts beside the one after it
   */
  public record Table(String file, int events, float decay) {}

  /**
   * How new items are found and shown.
   *
   * @param file the name in the bundle of the file that lists them
   * @param events newest events of a history whose texts are compared with theirs
   * @param decay what an event counts beside the one after it
   * @param listed new items that a ranked list has at least, whatever the ranker thinks of them; if
   *     there are as many, and up to half of the list
   */
  public record Fresh(String file, int events, float decay, int listed) {}

  /** New items that a ranked list has at least, if there are as many. */
  public int freshListed() {
    return fresh == null ? 0 : fresh.listed();
  }

  /** Most items that a source brings. */
  public int quota(Source source) {
    return quotas.getOrDefault(source, 0);
  }

  /**
   * Reads what a manifest says.
   *
   * @param file named in failures
   * @param json an object; missing: {@link #NONE}
   * @throws ModelLoadException naming the key, its value and what it may be
   */
  public static SourceSettings read(String file, JsonNode json) {
    if (json.isMissingNode()) {
      return NONE;
    }
    Map<Source, Integer> quotas = new EnumMap<>(Source.class);
    Map<Source, Table> tables = new EnumMap<>(Source.class);
    float session = 0;
    int interests = 0;
    Fresh fresh = null;
    for (Map.Entry<String, JsonNode> entry : json.properties()) {
      String key = "sources." + entry.getKey();
      Source source = named(file, entry.getKey());
      JsonNode value = entry.getValue();
      quotas.put(source, (int) number(file, key + ".quota", value.path("quota"), 0, MOST_QUOTA));
      switch (source) {
        case TRANSITIONS, COOCCURRENCE, TEXT -> tables.put(source, table(file, key, value));
        case MULTI_INTEREST -> {
          tables.put(source, table(file, key, value));
          interests =
              (int) number(file, key + ".interests", value.path("interests"), 1, MOST_INTERESTS);
        }
        case FRESH -> fresh = fresh(file, key, value);
        case CONTINUATION ->
            session =
                (float) number(file, key + ".session_s", value.path("session_s"), 0, 31_536_000);
        default -> {
          // A quota is all there is to say.
        }
      }
    }
    return new SourceSettings(quotas, tables, interests, session, fresh);
  }

  private static Source named(String file, String name) {
    for (Source source : Source.ALL) {
      if (source.label().equals(name) && source != Source.RETRIEVER) {
        return source;
      }
    }
    throw new ModelLoadException(
        String.format(
            "%s: sources.%s is not a source of this server; it has %s",
            file, name, Source.ALL.stream().skip(1).map(Source::label).toList()));
  }

  private static Table table(String file, String key, JsonNode json) {
    if (!json.path("file").isTextual()) {
      throw new ModelLoadException(
          file + ": " + key + ".file is " + json.path("file") + ", must be a file's name");
    }
    return new Table(
        Objects.requireNonNull(json.path("file").textValue()),
        (int) number(file, key + ".events", json.path("events"), 1, MOST_EVENTS),
        (float) number(file, key + ".decay", json.path("decay"), 0, 1));
  }

  private static Fresh fresh(String file, String key, JsonNode json) {
    Table table = table(file, key, json);
    return new Fresh(
        table.file(),
        table.events(),
        table.decay(),
        (int) number(file, key + ".listed", json.path("listed"), 0, MOST_LISTED));
  }

  private static double number(String file, String key, JsonNode json, double least, double most) {
    double value = json.isNumber() ? json.doubleValue() : Double.NaN;
    if (!(value >= least && value <= most)) {
      throw new ModelLoadException(
          String.format("%s: %s is %s, must be from %s to %s", file, key, json, least, most));
    }
    return value;
  }
}
