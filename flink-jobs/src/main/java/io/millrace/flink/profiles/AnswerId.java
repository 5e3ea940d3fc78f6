package io.millrace.flink.profiles;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import io.millrace.flink.llm.ChatMessage;
import io.millrace.flink.llm.ChatRequest;
import java.nio.charset.StandardCharsets;

/** Names an answer after everything that was asked, so that the same question has the same name. */
public final class AnswerId {
  private AnswerId() {}

  /**
   * MurmurHash3 of 128 bits, in hex.
   *
   * @param subject the user, item or list that is asked about
   * @param ordinal the question's number, so that the same question may be asked again later
   * @param promptVersion name and version of the prompt
   * @param model the model that is asked
   */
  public static String of(
      String subject, long ordinal, String promptVersion, String model, ChatRequest request) {
    Hasher hasher = Hashing.murmur3_128().newHasher();
    put(hasher, subject);
    hasher.putLong(ordinal);
    put(hasher, promptVersion);
    put(hasher, model);
    for (ChatMessage message : request.messages()) {
      put(hasher, message.role().name());
      put(hasher, message.content());
    }
    String schema = request.jsonSchema();
    put(hasher, schema == null ? "" : schema);
    // Nothing for none, so that the names of questions that want words are what they always were.
    request.continuations().forEach(continuation -> put(hasher, continuation));
    return hasher.putInt(request.maxTokens()).putLong(request.seed()).hash().toString();
  }

  private static void put(Hasher hasher, String text) {
    hasher.putInt(text.length()).putString(text, StandardCharsets.UTF_8);
  }
}
