package io.millrace.flink.inference;

import io.grpc.CallCredentials;
import io.grpc.Metadata;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Sends the token that a file holds; a new one is noticed within ten seconds. */
final class BearerToken extends CallCredentials {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final long REREAD_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Path file;
  private final LongSupplier nanoClock;
  private volatile Metadata headers;
  private volatile long readAt;

  /**
   * Reads the file.
   *
   * @throws IllegalArgumentException if it cannot be read or is empty; the message names it
   */
  BearerToken(Path file, LongSupplier nanoClock) {
    this.file = file;
    this.nanoClock = nanoClock;
    try {
      this.headers = read(file);
    } catch (IOException e) {
      throw new IllegalArgumentException("the token in " + file + " cannot be read: " + e, e);
    }
    this.readAt = nanoClock.getAsLong();
  }

  private static Metadata read(Path file) throws IOException {
    String token = Files.readString(file).strip();
    if (token.isEmpty()) {
      throw new IOException("the file is empty");
    }
    Metadata headers = new Metadata();
    headers.put(AUTHORIZATION, "Bearer " + token);
    return headers;
  }

  @Override
  public void applyRequestMetadata(
      RequestInfo request, Executor executor, MetadataApplier applier) {
    long now = nanoClock.getAsLong();
    if (now - readAt < REREAD_NANOS) {
      applier.apply(headers);
      return;
    }
    try {
      headers = read(file);
      readAt = now;
      applier.apply(headers);
    } catch (IOException e) {
      applier.fail(
          Status.UNAUTHENTICATED.withDescription(
              "the token in " + file + " cannot be read: " + e.getMessage()));
    }
  }
}
