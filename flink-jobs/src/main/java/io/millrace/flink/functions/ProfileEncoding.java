package io.millrace.flink.functions;

import io.millrace.flink.llm.TextEncoder;
import io.millrace.flink.llm.TextEncoder.Encoded;
import io.millrace.flink.profiles.ProfileText;
import io.millrace.schemas.FeatureSchema;
import io.millrace.schemas.avro.UserProfile;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.util.function.ThrowingConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has profiles' texts turned into vectors, some at the same time, without waiting. What finds no
 * room is left: its user is looked at again later.
 */
final class ProfileEncoding {
  private static final Logger LOG = LoggerFactory.getLogger(ProfileEncoding.class);

  private final TextEncoder encoder;
  private final MailboxExecutor mailbox;
  private final int most;
  private final ThrowingConsumer<UserProfile, Exception> encoded;
  private final Set<String> users = new HashSet<>();

  /**
   * @param most profiles at the same time
   * @param encoded takes each profile, with its vector or, when the encoder failed, without, in the
   *     task's thread
   */
  ProfileEncoding(
      TextEncoder encoder,
      MailboxExecutor mailbox,
      int most,
      ThrowingConsumer<UserProfile, Exception> encoded) {
    this.encoder = encoder;
    this.mailbox = mailbox;
    this.most = most;
    this.encoded = encoded;
  }

  /** Profiles on their way. */
  int inFlight() {
    return users.size();
  }

  void start(UserProfile profile) {
    String text = ProfileText.interestsOf(profile);
    String key = profile.getUserId() + "/" + profile.getVersion();
    if (users.size() >= most || !users.add(key)) {
      return;
    }
    if (text.isEmpty()) {
      done(key, profile);
      return;
    }
    CompletableFuture<Encoded> call = encoder.encode(List.of(text));
    call.whenComplete(
        (answer, failure) -> {
          if (failure != null) {
            LOG.warn("a profile goes without its vector: {}", failure.toString());
          }
          done(key, failure == null ? withVector(profile, answer) : profile);
        });
  }

  /** Any thread. */
  private void done(String key, UserProfile profile) {
    try {
      mailbox.execute(
          () -> {
            users.remove(key);
            encoded.accept(profile);
          },
          "a profile's vector");
    } catch (RejectedExecutionException closed) {
      LOG.debug("task closed before the vector of a profile came; its snapshot has the profile");
    }
  }

  private static UserProfile withVector(UserProfile profile, Encoded answer) {
    ByteBuffer halves = VectorBytes.of(answer);
    if (halves == null) {
      LOG.warn(
          "the encoder {} gives no vectors of {} finite numbers; a profile goes without its vector",
          answer.encoderVersion(),
          FeatureSchema.VECTOR_DIMS);
      return profile;
    }
    return UserProfile.newBuilder(profile)
        .setVector(halves)
        .setEncoderVersion(answer.encoderVersion())
        .build();
  }
}
