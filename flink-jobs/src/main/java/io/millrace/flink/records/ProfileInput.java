package io.millrace.flink.records;

import io.millrace.schemas.avro.Erasure;
import io.millrace.schemas.avro.Interaction;
import io.millrace.schemas.avro.LanguageModelAnswer;
import io.millrace.schemas.avro.ProfileRefresh;

/** One thing that matters for one user's profile, on its way to the operator that owns it. */
public sealed interface ProfileInput {

  /** The key of the stream. */
  String userId();

  /**
   * The user did something.
   *
   * @param live whether it happened just now, and is not a backfill
   */
  record Interacted(Interaction interaction, boolean live) implements ProfileInput {
    @Override
    public String userId() {
      return interaction.getUserId();
    }
  }

  /** Somebody wants the profile written again. */
  record Refreshed(ProfileRefresh refresh) implements ProfileInput {
    @Override
    public String userId() {
      return refresh.getUserId();
    }
  }

  /** An answer about the user is in the journal. */
  record Answered(LanguageModelAnswer answer) implements ProfileInput {
    @Override
    public String userId() {
      return answer.getSubject();
    }
  }

  /** The user asks to be forgotten. */
  record Erased(Erasure erasure) implements ProfileInput {
    @Override
    public String userId() {
      return erasure.getUserId();
    }
  }
}
