package io.millrace.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives test classes that ask for a {@link RunningPlatform} the same one, since starting it takes
 * longer than what they do with it. It starts with the first of them and stops after the last test.
 */
final class SharedPlatform implements ParameterResolver {
  private static final Namespace NAMESPACE = Namespace.create(SharedPlatform.class);

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == RunningPlatform.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent(RunningPlatform.class, type -> start(), RunningPlatform.class);
  }

  private static RunningPlatform start() {
    try {
      return RunningPlatform.start();
    } catch (IOException e) {
      throw new UncheckedIOException("a folder for the platform", e);
    }
  }
}
