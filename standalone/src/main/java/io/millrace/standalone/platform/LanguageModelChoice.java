package io.millrace.standalone.platform;

import java.net.URI;
import java.nio.file.Path;
import java.util.Set;

/** Who writes profiles, and maybe does more. */
public sealed interface LanguageModelChoice {
  /** What it does besides writing profiles, each in a job of its own. */
  enum Besides {
    /** It writes about the catalogue's items. */
    ITEMS,
    /** It looks users' lists over, for their next ones. */
    LISTS
  }

  /** What it does besides. */
  Set<Besides> besides();

  /** Jobs that need it. */
  default int jobs() {
    return 1 + besides().size();
  }

  /**
   * The small model that the started model server runs itself.
   *
   * @param folder where it is, converted
   */
  record Embedded(Path folder, Set<Besides> besides) implements LanguageModelChoice {
    /** How it is asked for. */
    static final String MODEL = "smollm2-135m-instruct";

    /** Copies the set. */
    public Embedded {
      besides = Set.copyOf(besides);
    }
  }

  /**
   * An endpoint elsewhere with OpenAI's interface.
   *
   * @param url its base, such as {@code http://host:8000/v1}
   * @param model the model to ask
   */
  record Endpoint(URI url, String model, Set<Besides> besides) implements LanguageModelChoice {
    /** Copies the set. */
    public Endpoint {
      besides = Set.copyOf(besides);
    }
  }
}
