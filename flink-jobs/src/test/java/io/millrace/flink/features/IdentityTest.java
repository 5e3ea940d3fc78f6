package io.millrace.flink.features;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.avro.TriggerKind;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Ids, digests and fingerprints that other releases and other processes must agree on. */
class IdentityTest {
  @Test
  void theIdOfAListNeverChangesBetweenReleases() {
    assertThat(RecommendationId.of("user", trigger(TriggerKind.EVENT, "e1", "e1")))
        .isEqualTo("1ff41df91e2a778e2d3f76592434a44e");
  }

  @Test
  void everyPartOfAnIdCounts() {
    Set<String> ids = new HashSet<>();
    ids.add(RecommendationId.of("user", trigger(TriggerKind.EVENT, "a", "b")));
    ids.add(RecommendationId.of("use", trigger(TriggerKind.EVENT, "a", "b")));
    ids.add(RecommendationId.of("user", trigger(TriggerKind.REQUEST, "a", "b")));
    ids.add(RecommendationId.of("user", trigger(TriggerKind.EVENT, "ab", "")));
    ids.add(RecommendationId.of("user", trigger(TriggerKind.EVENT, "", "ab")));
    assertThat(ids).hasSize(5);
    assertThat(RecommendationId.of("user", trigger(TriggerKind.EVENT, "ab", null)))
        .isEqualTo(RecommendationId.of("user", trigger(TriggerKind.EVENT, "ab", "")));
  }

  @Test
  void theDigestNeverChangesBetweenReleasesAndEveryInputCounts() {
    SequenceCut cut = cut(List.of("a", "b"), new int[] {1, 2}, new float[] {3, 0});
    PackedIds none = PackedIds.EMPTY;
    String digest = InputDigest.of(cut, none, -1, 10);
    assertThat(digest).isEqualTo("044d96d6c09c32dc7de77b2ac4dff55e");
    Set<String> digests = new HashSet<>();
    digests.add(digest);
    digests.add(
        InputDigest.of(cut(List.of("a", "c"), new int[] {1, 2}, new float[] {3, 0}), none, -1, 10));
    digests.add(
        InputDigest.of(cut(List.of("a", "b"), new int[] {1, 3}, new float[] {3, 0}), none, -1, 10));
    digests.add(
        InputDigest.of(cut(List.of("a", "b"), new int[] {1, 2}, new float[] {4, 0}), none, -1, 10));
    digests.add(InputDigest.of(cut, PackedIds.of(List.of("b")), -1, 10));
    digests.add(InputDigest.of(cut, none, 0, 10));
    digests.add(InputDigest.of(cut, none, -1, 11));
    assertThat(digests).hasSize(7);
  }

  @Test
  void fingerprintsOfAMillionIdsDiffer() {
    Set<Long> fingerprints = new HashSet<>();
    for (int i = 0; i < 1_000_000; i++) {
      fingerprints.add(Fingerprint.of("event-" + i));
    }
    assertThat(fingerprints).hasSize(1_000_000);
    assertThat(Fingerprint.of("event-1")).isEqualTo(3670247980854571168L);
  }

  private static SequenceCut cut(List<String> items, int[] types, float[] ages) {
    return new SequenceCut(PackedIds.of(items), types, ages);
  }

  private static PendingTrigger trigger(TriggerKind kind, String id, @Nullable String last) {
    return new PendingTrigger(
        kind, id, 0, "", 10, PackedIds.EMPTY, 0, 0, 1, 1, last, 0, 0, PendingTrigger.OTHER_JVM);
  }
}
