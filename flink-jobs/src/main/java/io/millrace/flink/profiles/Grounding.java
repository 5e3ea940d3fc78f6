package io.millrace.flink.profiles;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The gate between what a language model says and what is believed. A claim passes when it names
 * something that the cited items have, the cited events say what is claimed, and the user's other
 * events do not say the opposite. Deterministic: it looks at nothing but its arguments.
 */
final class Grounding {
  private final GroundingRules rules;

  Grounding(GroundingRules rules) {
    this.rules = rules;
  }

  /** Makes a profile of what is borne out, and of the profile before. */
  WrittenProfile ground(ProfileEvidence evidence, ProfileDraft draft) {
    return new Refresh(evidence).write(draft);
  }

  /** One refresh. */
  private final class Refresh {
    private final ProfileEvidence evidence;
    private final EvidenceIndex index;
    private final PreviousClaims previous;
    private final Map<Rejection, Integer> rejected = new EnumMap<>(Rejection.class);
    private final Map<DraftClaim.Kind, Map<String, GroundedClaim>> claims =
        new EnumMap<>(DraftClaim.Kind.class);

    Refresh(ProfileEvidence evidence) {
      this.evidence = evidence;
      this.index = new EvidenceIndex(rules.ratingScale(), evidence.events());
      this.previous = new PreviousClaims(evidence, index);
      for (DraftClaim.Kind kind : DraftClaim.Kind.values()) {
        claims.put(kind, new LinkedHashMap<>());
      }
      previous.claims().forEach(claim -> of(claim.kind()).put(claim.key(), claim));
    }

    WrittenProfile write(ProfileDraft draft) {
      Set<String> claimed = new LinkedHashSet<>();
      for (DraftClaim claim : draft.claims()) {
        Rejection reason = admit(claim, claimed);
        if (reason != null) {
          reject(reason);
        }
      }
      settle();
      Profile profile = new Profile(previous, index);
      return profile.of(
          weightiest(DraftClaim.Kind.INTEREST),
          weightiest(DraftClaim.Kind.DISLIKE),
          weightiest(DraftClaim.Kind.ASPECT),
          rejected);
    }

    private @Nullable Rejection admit(DraftClaim draft, Set<String> claimed) {
      if (draft.text().isBlank() || draft.text().length() > rules.maxTextLength()) {
        return Rejection.TOO_LONG;
      }
      if (draft.cited().isEmpty()) {
        return Rejection.CITES_NOTHING;
      }
      List<String> known = index.inOrder(draft.cited());
      if (known.isEmpty()) {
        return Rejection.UNKNOWN_EVENT;
      }
      Set<String> named = index.named(draft.text());
      List<String> having = known.stream().filter(id -> index.has(id, named)).toList();
      if (having.isEmpty()) {
        return Rejection.NOT_BORNE_OUT;
      }
      Stance stance = draft.kind().stance();
      List<String> saying =
          having.stream().filter(id -> index.stance(id, named) == stance).toList();
      if (saying.isEmpty()) {
        return Rejection.WRONG_SIGN;
      }
      String text = ClaimTexts.of(draft);
      String key = ClaimTexts.key(text);
      if (!claimed.add(draft.kind() + " " + key)) {
        return Rejection.DUPLICATE;
      }
      GroundedClaim before = of(draft.kind()).get(key);
      if (before != null) {
        of(draft.kind()).put(key, again(before, saying));
        return null;
      }
      Balance balance = index.balance(evidence.events(), named, stance);
      double weight = balance.weight();
      if (weight <= 0) {
        return Rejection.CONTRADICTED;
      }
      if (saying.stream().noneMatch(index::isStatement) && isWeak(balance)) {
        return Rejection.TOO_WEAK;
      }
      of(draft.kind())
          .put(key, new GroundedClaim(draft.kind(), text, key, weight, newest(saying), true));
      return null;
    }

    private boolean isWeak(Balance balance) {
      return balance.support() < rules.minSupport()
          || (index.hasContrast() && balance.significance() < rules.minSignificance());
    }

    /** A claim of the profile before that was made again: it cites the new events, too. */
    private GroundedClaim again(GroundedClaim before, List<String> saying) {
      List<String> all = new ArrayList<>(before.evidence());
      all.removeAll(saying);
      all.addAll(saying);
      return new GroundedClaim(
          before.kind(), before.text(), before.key(), before.weight(), newest(all), false);
    }

    /**
     * Of what is both liked and disliked, what weighs more stays; the interest if both do alike.
     */
    private void settle() {
      Map<String, GroundedClaim> interests = of(DraftClaim.Kind.INTEREST);
      Map<String, GroundedClaim> dislikes = of(DraftClaim.Kind.DISLIKE);
      for (GroundedClaim interest : List.copyOf(interests.values())) {
        GroundedClaim dislike = dislikes.get(interest.key());
        if (dislike != null) {
          boolean stays = interest.weight() >= dislike.weight();
          drop(stays ? dislikes : interests, stays ? dislike : interest, Rejection.CONTRADICTED);
        }
      }
    }

    private List<GroundedClaim> weightiest(DraftClaim.Kind kind) {
      List<GroundedClaim> all = new ArrayList<>(of(kind).values());
      all.sort(GroundedClaim.WEIGHTIEST);
      for (GroundedClaim spare : all.subList(Math.min(rules.maxClaims(), all.size()), all.size())) {
        drop(of(kind), spare, Rejection.TOO_MANY);
      }
      return all.subList(0, Math.min(rules.maxClaims(), all.size()));
    }

    private void drop(Map<String, GroundedClaim> from, GroundedClaim claim, Rejection reason) {
      from.remove(claim.key());
      if (claim.isNew()) {
        reject(reason);
      }
    }

    private List<String> newest(List<String> ids) {
      return ids.subList(Math.max(0, ids.size() - rules.maxCited()), ids.size());
    }

    private Map<String, GroundedClaim> of(DraftClaim.Kind kind) {
      return claims.getOrDefault(kind, Map.of());
    }

    private void reject(Rejection reason) {
      rejected.merge(reason, 1, Integer::sum);
    }
  }
}
