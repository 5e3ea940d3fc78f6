package io.millrace.flink.llm;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * Where the key of an endpoint is found. It holds no key itself, so it may be shipped and printed.
 *
 * @param file a file that holds the key, on every task manager; null for none
 * @param variable an environment variable of the task managers that holds the key; null for none
 */
public record ApiKeySource(@Nullable String file, @Nullable String variable)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** For endpoints that want no key. */
  public static final ApiKeySource NONE = new ApiKeySource(null, null);

  /**
   * Checks that there is one source at most.
   *
   * @throws IllegalArgumentException if both are given
   */
  public ApiKeySource {
    if (file != null && variable != null) {
      throw new IllegalArgumentException(
          "the key is given as file " + file + " and as variable " + variable + "; give one");
    }
  }
}
