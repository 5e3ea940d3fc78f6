package io.millrace.server.fuzz;

import io.millrace.server.api.MessageTarget;
import io.millrace.server.http.HttpCallTarget;
import io.millrace.server.http.HttpWireTarget;
import io.millrace.server.repository.ConfigTarget;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/** Everything that takes what others wrote. */
final class FuzzTargets {
  private FuzzTargets() {}

  /** How to make each of them; {@code folder} is theirs. */
  static List<Supplier<FuzzTarget>> all(Path folder) {
    return List.of(
        MessageTarget::new,
        HttpCallTarget::new,
        HttpWireTarget::new,
        () -> new ConfigTarget(folder));
  }
}
