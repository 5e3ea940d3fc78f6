package io.millrace.flink.features;

import io.millrace.schemas.avro.TriggerKind;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * The id of a list: the same for the same user, trigger and last event included, so a replay gives
 * the same ids and whoever reads can tell a repetition from a new list.
 */
public final class RecommendationId {
  private static final int BYTES = 16;

  private RecommendationId() {}

  /**
   * First 16 bytes of SHA-256, in hex, over user, kind, trigger and last event, each with its
   * length before it.
   */
  public static String of(String userId, PendingTrigger trigger) {
    MessageDigest digest = Sha256.digest();
    update(digest, userId);
    update(digest, trigger.kind() == TriggerKind.REQUEST ? "request" : "event");
    update(digest, trigger.id());
    String last = trigger.lastEventId();
    update(digest, last == null ? "" : last);
    return HexFormat.of().formatHex(digest.digest(), 0, BYTES);
  }

  private static void update(MessageDigest digest, String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    digest.update(Sha256.bigEndian(utf8.length));
    digest.update(utf8);
  }
}
