package io.millrace.flink.llm;

import org.jspecify.annotations.Nullable;

/**
 * What an endpoint answered to one attempt.
 *
 * @param status HTTP status
 * @param retryAfter that header's value; null without it
 * @param body what came, within the size allowed
 */
@SuppressWarnings("ArrayRecordComponent") // a message on its way, never compared
record HttpReply(int status, @Nullable String retryAfter, byte[] body) {}
