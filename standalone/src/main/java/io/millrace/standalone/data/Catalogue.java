package io.millrace.standalone.data;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Every item of the data set by id, in the order of its file. */
public final class Catalogue {
  private final Map<String, CatalogueItem> items;

  /** A catalogue of these items; the first of two with the same id wins. */
  public Catalogue(List<CatalogueItem> items) {
    Map<String, CatalogueItem> byId = new LinkedHashMap<>();
    items.forEach(item -> byId.putIfAbsent(item.id(), item));
    this.items = Collections.unmodifiableMap(byId);
  }

  /** All items. */
  public Collection<CatalogueItem> items() {
    return items.values();
  }

  /** The item; null if there is none of that id. */
  public @Nullable CatalogueItem item(String itemId) {
    return items.get(itemId);
  }

  /** What people call an item; an unknown one is called by its id. */
  public String label(String itemId) {
    CatalogueItem item = items.get(itemId);
    return item == null ? "item " + itemId : item.label();
  }
}
