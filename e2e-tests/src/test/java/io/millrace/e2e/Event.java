package io.millrace.e2e;

import java.time.Instant;

/**
 * One thing that a test user does.
 *
 * @param id unique
 * @param user who
 * @param item with what
 * @param time when
 */
record Event(String id, String user, String item, Instant time) {}
