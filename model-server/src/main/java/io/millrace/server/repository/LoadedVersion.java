package io.millrace.server.repository;

import io.millrace.schemas.inference.ModelConfig;
import io.millrace.server.inference.ServedModel;

/**
 * A version that serves.
 *
 * @param configuration what it was loaded with, completed from its graph
 * @param fingerprint of the files that it was loaded from
 */
record LoadedVersion(
    long number, ServedModel model, ModelConfig configuration, VersionFingerprint fingerprint) {}
