package io.millrace.server.repository;

import io.millrace.schemas.inference.ModelConfig;
import io.millrace.server.inference.HeldModel;
import io.millrace.server.inference.Holds;
import io.millrace.server.inference.ServedModel;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A version that serves.
 *
 * @param configuration what it was loaded with, completed from its graph
 * @param fingerprint of the files that it was loaded from
 * @param holds who still needs it when it is replaced
 */
record LoadedVersion(
    long number,
    ServedModel model,
    ModelConfig configuration,
    VersionFingerprint fingerprint,
    Holds holds) {

  /** Holds it; null if it is to go. */
  @Nullable HeldModel hold() {
    return holds.take() ? new Hold(this) : null;
  }

  /** Takes no more requests once nobody holds it; done when those it has taken are answered. */
  CompletableFuture<Void> drain() {
    return holds.end().thenCompose(free -> model.drain());
  }

  private record Hold(LoadedVersion version) implements HeldModel {
    @Override
    public ServedModel model() {
      return version.model();
    }

    @Override
    public void close() {
      version.holds().release();
    }
  }
}
