package io.millrace.server.transport;

import java.util.Optional;

/**
 * One socket to listen on.
 *
 * @param port 0 for any free one
 * @param ioThreads that read and write its connections, at least 1
 * @param tls empty: connections are not encrypted
 */
public record Binding(String host, int port, int ioThreads, Optional<TlsFiles> tls) {}
