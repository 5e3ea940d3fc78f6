package io.millrace.standalone.demo;

import java.time.Duration;
import java.util.Map;

/**
 * What was measured while events were replayed.
 *
 * @param nanos from the first event's sending to the last list's arrival
 * @param complete whether every list came
 * @param before processor time by part at its start
 * @param after processor time by part at its end
 */
record StreamOutcome(
    long nanos, boolean complete, Map<String, Duration> before, Map<String, Duration> after) {}
