package io.millrace.flink.records;

import io.millrace.schemas.avro.UserProfile;
import org.jspecify.annotations.Nullable;

/**
 * A user has a new profile, or none any more.
 *
 * @param userId the user
 * @param profile the newest profile; null when it is removed
 */
public record ProfileChange(String userId, @Nullable UserProfile profile) {}
