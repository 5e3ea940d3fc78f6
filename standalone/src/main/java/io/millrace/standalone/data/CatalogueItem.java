package io.millrace.standalone.data;

import java.util.List;

/**
 * One film of the catalogue.
 *
 * @param id the item's id
 * @param title without the year
 * @param year of release, empty where unknown
 * @param genres possibly none
 */
public record CatalogueItem(String id, String title, String year, List<String> genres) {

  /** Title and year as people write them. */
  public String label() {
    return year.isEmpty() ? title : title + " (" + year + ")";
  }
}
