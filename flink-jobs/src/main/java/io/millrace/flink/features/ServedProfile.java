package io.millrace.flink.features;

import io.millrace.schemas.FeatureSchema;
import io.millrace.schemas.avro.UserProfile;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A user's profile as recommendations use it: the vector of its text, and its weightiest claims.
 * The highest version wins.
 *
 * @param version of the profile
 * @param updatedAt when the profile was written, epoch milliseconds
 * @param encoderVersion of the encoder that made the vector; empty when unknown
 * @param halves {@value FeatureSchema#VECTOR_DIMS} little-endian half-precision floats; empty when
 *     the profile has no vector yet
 * @param claims at most {@value ProfileClaim#MOST}, weightiest first; empty also when the profile
 *     was kept by a release that kept vectors only
 */
@SuppressWarnings("ArrayRecordComponent") // state, never compared
public record ServedProfile(
    long version, long updatedAt, String encoderVersion, byte[] halves, List<ProfileClaim> claims) {
  /** Version of the bytes that {@link #writeTo} writes; 1 had no claims. */
  public static final int VERSION = 2;

  /** Bytes of a vector. */
  public static final int BYTES = FeatureSchema.VECTOR_DIMS * 2;

  /** The first version of the bytes that has claims. */
  private static final int CLAIMS_SINCE = 2;

  /** Takes from a profile what recommendations need. */
  public static ServedProfile of(UserProfile profile) {
    ByteBuffer vector = profile.getVector();
    byte[] halves = new byte[vector == null ? 0 : vector.remaining()];
    if (vector != null) {
      vector.duplicate().get(halves);
    }
    String encoder = profile.getEncoderVersion();
    return new ServedProfile(
        profile.getVersion(),
        profile.getUpdatedAt().toEpochMilli(),
        encoder == null ? "" : encoder,
        halves,
        ProfileClaim.weightiest(profile));
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
    Compact.write(out, claims.size());
    for (ProfileClaim claim : claims) {
      claim.writeTo(out);
    }
  }

  /**
   * Reads what was written.
   *
   * @param bytesVersion 1 to {@link #VERSION}
   */
  public static ServedProfile readFrom(int bytesVersion, DataInput in) throws IOException {
    long version = Compact.readSigned(in);
    long updatedAt = Compact.readSigned(in);
    String encoder = Compact.readText(in);
    byte[] halves = new byte[Compact.readLength(in)];
    in.readFully(halves);
    List<ProfileClaim> claims = new ArrayList<>();
    int count = bytesVersion < CLAIMS_SINCE ? 0 : Compact.readLength(in);
    for (int i = 0; i < count; i++) {
      claims.add(ProfileClaim.readFrom(in));
    }
    return new ServedProfile(version, updatedAt, encoder, halves, List.copyOf(claims));
  }
}
