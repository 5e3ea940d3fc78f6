package io.millrace.standalone.profiles;

import io.millrace.flink.llm.ChatAnswer;
import io.millrace.flink.profiles.ProfileEvidence;
import io.millrace.flink.profiles.WrittenProfile;
import io.millrace.schemas.avro.UserProfile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.io.JsonEncoder;
import org.apache.avro.specific.SpecificDatumWriter;

/** Written profiles as records of their topic, without a vector. */
final class ProfileRecords {
  private ProfileRecords() {}

  static UserProfile of(
      String user,
      long version,
      ProfileEvidence evidence,
      WrittenProfile written,
      String promptVersion,
      List<ChatAnswer> answers) {
    long newest = evidence.events().get(evidence.events().size() - 1).eventTime();
    return UserProfile.newBuilder()
        .setUserId(user)
        .setVersion(version)
        .setUpdatedAt(Instant.ofEpochMilli(newest))
        .setSummary(written.summary())
        .setInterests(written.interests())
        .setDislikes(written.dislikes())
        .setAspects(written.aspects())
        .setCited(written.cited())
        .setEventCount(evidence.eventCount())
        .setClaimsRejected(written.claimsRejected())
        .setModel(answers.isEmpty() ? "" : answers.get(0).model())
        .setPromptVersion(promptVersion)
        .setPromptTokens(answers.stream().mapToInt(ChatAnswer::promptTokens).sum())
        .setCompletionTokens(answers.stream().mapToInt(ChatAnswer::completionTokens).sum())
        .build();
  }

  /** On one line, as Avro's JSON encoding has it. */
  static String line(UserProfile profile) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      JsonEncoder encoder = EncoderFactory.get().jsonEncoder(UserProfile.getClassSchema(), out);
      new SpecificDatumWriter<>(UserProfile.class).write(profile, encoder);
      encoder.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("bytes in memory can always be written", e);
    }
    return out.toString(StandardCharsets.UTF_8);
  }
}
