package io.millrace.standalone.cli.profiles;

import io.millrace.schemas.avro.CitedEvent;
import io.millrace.schemas.avro.Claim;
import io.millrace.schemas.avro.LanguageModelAnswer;
import io.millrace.schemas.avro.UserProfile;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Profiles and answers of user {@value #USER}, an hour between one and the next. */
final class Profiles {
  static final String USER = "505";
  static final Instant START = Instant.parse("2026-11-21T10:00:00Z");

  private Profiles() {}

  /** A version with two likes and a dislike; those after the first weigh less. */
  static UserProfile version(long version) {
    float weight = version == 1 ? 0.9f : 0.625f;
    return UserProfile.newBuilder()
        .setUserId(USER)
        .setVersion(version)
        .setUpdatedAt(at(version))
        .setSummary("Likes drama and thriller. Dislikes musicals.")
        .setInterests(
            List.of(
                new Claim("thriller", 0.3f, List.of("e2")),
                new Claim("drama", weight, List.of("e1", "e3"))))
        .setDislikes(List.of(new Claim("musical", 0.5f, List.of("e4"))))
        .setCited(
            List.of(
                cited("e1", "The Devil's Advocate (1997)", "RATE", 4.0),
                cited("e2", "Ransom (1996)", "VIEW", null),
                cited("e3", "slow films about the sea", "PREFERENCE_STATEMENT", null)))
        .setModel("SmolLM2-135M-Instruct")
        .setPromptVersion("keywords/1")
        .setPromptTokens(1500)
        .setCompletionTokens(40)
        .setEventCount(5 * version)
        .setClaimsRejected(2)
        .setAnswerIds(List.of(answerId(version)))
        .setVector(ByteBuffer.allocate(768))
        .setEncoderVersion("all-MiniLM-L6-v2")
        .build();
  }

  static CitedEvent cited(String id, String text, String type, @Nullable Double value) {
    String item = type.equals("PREFERENCE_STATEMENT") ? null : "item of " + id;
    return new CitedEvent(id, item, text, type, value, Instant.parse("1998-03-02T14:01:30Z"));
  }

  /** The answer that a version was written from. */
  static LanguageModelAnswer answer(long version) {
    return new LanguageModelAnswer(
        answerId(version),
        USER,
        version,
        "keywords/1",
        "SmolLM2-135M-Instruct",
        "[]",
        1500,
        40,
        at(version));
  }

  private static String answerId(long version) {
    return "answer-" + version;
  }

  private static Instant at(long version) {
    return START.plusSeconds(3600 * version);
  }
}
