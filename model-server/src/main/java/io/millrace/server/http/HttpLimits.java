package io.millrace.server.http;

/**
 * What callers may take.
 *
 * @param bodyBytes largest content of a request, after decompression
 * @param connections most at the same time; further ones are refused with 503
 * @param idleSeconds after which a connection without a request is closed
 */
public record HttpLimits(int bodyBytes, int connections, int idleSeconds) {}
