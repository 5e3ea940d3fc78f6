package io.millrace.flink.functions;

import io.millrace.flink.profiles.ItemPrompt;
import io.millrace.flink.profiles.ItemPrompt.Family;
import java.io.Serializable;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;

/**
 * What is asked about items.
 *
 * @param families prompts, one question each; their order numbers the answers in the journal
 * @param model who is asked; part of an answer's identity
 * @param offerAgain time after which a question without an answer is put again
 * @param maxEncoding items that are turned into vectors at the same time, in each instance
 * @param encodingTimeout time after which an item goes without its vector
 */
public record CatalogueSettings(
    List<Family> families,
    String model,
    Duration offerAgain,
    int maxEncoding,
    Duration encodingTimeout)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /**
   * Copies the list.
   *
   * @throws IllegalArgumentException if there is no family, one twice, or one that needs neighbours
   */
  public CatalogueSettings {
    families = List.copyOf(families);
    if (families.isEmpty() || new HashSet<>(families).size() < families.size()) {
      throw new IllegalArgumentException(
          "families are " + families + ": there has to be at least one, and each once");
    }
    for (Family family : families) {
      if (family.needsNeighbours()) {
        throw new IllegalArgumentException(
            family.label()
                + " needs the item's neighbours, which the catalogue does not have; leave it out");
      }
    }
  }

  List<ItemPrompt> prompts() {
    return families.stream().map(ItemPrompt::new).toList();
  }
}
