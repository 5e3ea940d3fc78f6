package io.millrace.flink.features;

import io.millrace.schemas.FeatureSchema;
import io.millrace.schemas.avro.UserProfile;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A user's profile as models take it: the vector of its text. The highest version wins.
 *
 * @param version of the profile
 * @param updatedAt when the profile was written, epoch milliseconds
 * @param encoderVersion of the encoder that made the vector; empty when unknown
 * @param halves {@value FeatureSchema#VECTOR_DIMS} little-endian half-precision floats; empty when
 *     the profile has no vector yet
 */
@SuppressWarnings("ArrayRecordComponent") // state, never compared
public record ProfileVector(long version, long updatedAt, String encoderVersion, byte[] halves) {
  /** Version of the bytes that {@link #writeTo} writes. */
  public static final int VERSION = 1;

  /** Bytes of a vector. */
  public static final int BYTES = FeatureSchema.VECTOR_DIMS * 2;

  /** Takes from a profile what models need. */
  public static ProfileVector of(UserProfile profile) {
    ByteBuffer vector = profile.getVector();
    byte[] halves = new byte[vector == null ? 0 : vector.remaining()];
    if (vector != null) {
      vector.duplicate().get(halves);
    }
    String encoder = profile.getEncoderVersion();
    return new ProfileVector(
        profile.getVersion(),
        profile.getUpdatedAt().toEpochMilli(),
        encoder == null ? "" : encoder,
        halves);
  }

  /** The vector, {@value FeatureSchema#VECTOR_DIMS} wide; null when the profile has none. */
  public float @Nullable [] floats() {
    if (halves.length == 0) {
      return null;
    }
    float[] floats = new float[halves.length / 2];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = HalfFloat.toFloat((halves[2 * i] & 0xff) | halves[2 * i + 1] << 8);
    }
    return floats;
  }

  /** Writes all of it. */
  public void writeTo(DataOutput out) throws IOException {
    Compact.writeSigned(out, version);
    Compact.writeSigned(out, updatedAt);
    Compact.writeText(out, encoderVersion);
    Compact.write(out, halves.length);
    out.write(halves);
  }

  /** Reads what version {@link #VERSION} wrote. */
  public static ProfileVector readFrom(DataInput in) throws IOException {
    long version = Compact.readSigned(in);
    long updatedAt = Compact.readSigned(in);
    String encoder = Compact.readText(in);
    byte[] halves = new byte[Compact.readLength(in)];
    in.readFully(halves);
    return new ProfileVector(version, updatedAt, encoder, halves);
  }
}
