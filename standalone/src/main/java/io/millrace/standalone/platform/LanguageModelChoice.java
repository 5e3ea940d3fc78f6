package io.millrace.standalone.platform;

import java.net.URI;
import java.nio.file.Path;

/** Who writes profiles, and maybe about items. */
public sealed interface LanguageModelChoice {
  /** Whether it writes about the catalogue's items, too. */
  boolean aboutItems();

  /** Jobs that need it. */
  default int jobs() {
    return aboutItems() ? 2 : 1;
  }

  /**
   * The small model that the started model server runs itself.
   *
   * @param folder where it is, converted
   */
  record Embedded(Path folder, boolean aboutItems) implements LanguageModelChoice {
    /** How it is asked for. */
    static final String MODEL = "smollm2-135m-instruct";
  }

  /**
   * An endpoint elsewhere with OpenAI's interface.
   *
   * @param url its base, such as {@code http://host:8000/v1}
   * @param model the model to ask
   */
  record Endpoint(URI url, String model, boolean aboutItems) implements LanguageModelChoice {}
}
