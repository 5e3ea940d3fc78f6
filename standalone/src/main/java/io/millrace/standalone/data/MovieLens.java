package io.millrace.standalone.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * MovieLens-100K in its canonical form, as {@code ./millrace data ml-100k} writes it.
 *
 * @param ratings oldest first; ratings of the same second keep their order in the file
 * @param catalogue every film
 */
public record MovieLens(List<Rating> ratings, Catalogue catalogue) {
  /** The data set's name in reports. */
  public static final String NAME = "ml-100k";

  private static final String INTERACTIONS = "interactions.tsv";
  private static final String INTERACTIONS_HEADER = "user\titem\trating\ttimestamp";
  private static final String ITEMS = "items.tsv";
  private static final String ITEMS_HEADER = "item\ttitle\tyear\tgenres";

  /**
   * Reads both files of a folder.
   *
   * @throws DataException if one is missing or not what it should be
   */
  public static MovieLens read(Path folder) {
    List<Rating> ratings =
        new ArrayList<>(
            TabSeparated.read(
                folder.resolve(INTERACTIONS), INTERACTIONS_HEADER, MovieLens::rating));
    // A list's sort is stable: three in four ratings share user and second with another one, and
    // only the file's order is free of hindsight.
    ratings.sort(Comparator.comparingLong(Rating::epochSecond));
    List<CatalogueItem> items =
        TabSeparated.read(folder.resolve(ITEMS), ITEMS_HEADER, MovieLens::item);
    return new MovieLens(List.copyOf(ratings), new Catalogue(items));
  }

  private static Rating rating(String[] columns, int row, String where) {
    return new Rating(
        row,
        id(columns[0], "user", where),
        id(columns[1], "item", where),
        stars(columns[2], where),
        second(columns[3], where));
  }

  private static CatalogueItem item(String[] columns, int row, String where) {
    List<String> genres = columns[3].isEmpty() ? List.of() : List.of(columns[3].split("\\|"));
    return new CatalogueItem(id(columns[0], "item", where), columns[1], columns[2], genres);
  }

  private static String id(String column, String name, String where) {
    if (column.isEmpty()) {
      throw new DataException(where + ": the " + name + " is empty");
    }
    return column;
  }

  private static double stars(String column, String where) {
    try {
      double stars = Double.parseDouble(column);
      if (stars >= 1 && stars <= 5) {
        return stars;
      }
    } catch (NumberFormatException e) {
      throw new DataException(where + ": rating '" + column + "' is not a number", e);
    }
    throw new DataException(where + ": rating '" + column + "' is not between 1 and 5");
  }

  private static long second(String column, String where) {
    try {
      return Long.parseLong(column);
    } catch (NumberFormatException e) {
      throw new DataException(
          where + ": timestamp '" + column + "' is not a whole number of seconds", e);
    }
  }
}
