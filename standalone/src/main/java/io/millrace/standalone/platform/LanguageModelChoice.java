package io.millrace.standalone.platform;

import java.net.URI;
import java.nio.file.Path;

/** Who writes profiles. */
public sealed interface LanguageModelChoice {

  /**
   * The small model that the started model server runs itself.
   *
   * @param folder where it is, converted
   */
  record Embedded(Path folder) implements LanguageModelChoice {
    /** How it is asked for. */
    static final String MODEL = "smollm2-135m-instruct";
  }

  /**
   * An endpoint elsewhere with OpenAI's interface.
   *
   * @param url its base, such as {@code http://host:8000/v1}
   * @param model the model to ask
   */
  record Endpoint(URI url, String model) implements LanguageModelChoice {}
}
