package io.millrace.server;

import io.millrace.server.access.AccessPolicy;
import io.millrace.server.access.TokenFile;
import io.millrace.server.config.TrustOptions;
import io.millrace.server.transport.TlsFiles;
import io.millrace.server.watch.FileWatch;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Who may call, and what the server shows of itself: files that are read again when they change.
 *
 * @param tls empty: connections are not encrypted
 */
record Trust(AccessPolicy access, Optional<TlsFiles> tls, FileWatch watch)
    implements AutoCloseable {
  /**
   * Reads the files, and begins to look whether they change.
   *
   * @throws IOException naming option, file and fix
   */
  static Trust open(TrustOptions options) throws IOException {
    List<Runnable> refreshes = new ArrayList<>();
    AccessPolicy access = AccessPolicy.OPEN;
    if (options.tokensFile().isPresent()) {
      TokenFile tokens = new TokenFile(options.tokensFile().get());
      refreshes.add(tokens::refresh);
      access = tokens;
    }
    Optional<TlsFiles> tls = Optional.empty();
    if (options.tlsCertificate().isPresent() && options.tlsKey().isPresent()) {
      TlsFiles files =
          new TlsFiles(
              options.tlsCertificate().get(),
              options.tlsKey().get(),
              options.tlsClientCa(),
              InstantSource.system());
      refreshes.add(files::refresh);
      tls = Optional.of(files);
    }
    return new Trust(access, tls, new FileWatch(refreshes));
  }

  @Override
  public void close() {
    watch.close();
  }
}
