package io.millrace.standalone.demo;

import io.millrace.schemas.avro.DeadLetter;
import io.millrace.schemas.avro.Recommendation;
import io.millrace.schemas.avro.RecommendedItem;
import io.millrace.schemas.avro.UserProfile;
import io.millrace.standalone.console.DemoConsole;
import io.millrace.standalone.console.Spotlight;
import io.millrace.standalone.evaluation.DeliveryLedger;
import io.millrace.standalone.evaluation.DeliveryLedger.Receipt;
import io.millrace.standalone.evaluation.ListEvaluation;
import io.millrace.standalone.evaluation.ProfileLedger;
import io.millrace.standalone.evaluation.VersionLedger;
import io.millrace.standalone.replay.OutputReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/** Takes each list as it arrives: counts it, judges it, and shows some. */
final class LiveLists implements OutputReader.Listener {
  private static final long DEAD_LETTERS_SHOWN = 3;
  private static final double NANOS_PER_MILLI = 1e6;

  /** Under which a list names the version that made it. */
  private static final String MODEL = "recommender";

  /** Under which it names the language model, with its prompt, that had a say in it. */
  private static final String RERANKER = "reranker";

  private final DeliveryLedger ledger;
  private final ListEvaluation evaluation;
  private final ProfileLedger profiles;
  private final VersionLedger versions;
  private final VersionLedger rerankers;
  private final Spotlight spotlight;
  private final DemoConsole console;
  private final AtomicLong deadLetters = new AtomicLong();

  LiveLists(
      DeliveryLedger ledger,
      ListEvaluation evaluation,
      ProfileLedger profiles,
      VersionLedger versions,
      VersionLedger rerankers,
      Spotlight spotlight,
      DemoConsole console) {
    this.ledger = ledger;
    this.evaluation = evaluation;
    this.profiles = profiles;
    this.versions = versions;
    this.rerankers = rerankers;
    this.spotlight = spotlight;
    this.console = console;
  }

  @Override
  public void onList(Recommendation list, long nanos) {
    Receipt receipt = ledger.received(list, nanos);
    if (!receipt.first()) {
      return;
    }
    countVersions(list);
    List<String> items = list.getItems().stream().map(RecommendedItem::getItemId).toList();
    evaluation.score(receipt.trigger(), items);
    String how =
        String.format(
            Locale.ROOT,
            "%s in %.1f ms",
            list.getRung().name().toLowerCase(Locale.ROOT).replace('_', ' '),
            receipt.nanos() / NANOS_PER_MILLI);
    spotlight
        .onList(list.getUserId(), list.getTrigger().getId(), items, how, () -> notes(list), nanos)
        .ifPresent(console::say);
  }

  private void countVersions(Recommendation list) {
    String version = list.getVersions().get(MODEL);
    if (version != null && versions.made(version) && versions.lists().size() > 1) {
      console.say("  version " + version + " makes the lists from here on");
    }
    String reranker = list.getVersions().get(RERANKER);
    if (reranker != null && rerankers.made(reranker)) {
      console.say("  " + reranker + " has a say in some lists from here on");
    }
  }

  /** What is known of the user, and the first item that is there because of it. */
  private List<String> notes(Recommendation list) {
    List<String> notes = new ArrayList<>();
    profiles.lineOf(list.getUserId()).ifPresent(notes::add);
    for (int i = 0; i < list.getItems().size(); i++) {
      String reason = list.getItems().get(i).getReason();
      if (reason != null) {
        notes.add((i + 1) + ". " + reason);
        break;
      }
    }
    return notes;
  }

  @Override
  public void onProfile(UserProfile profile) {
    profiles.received(profile);
  }

  @Override
  public void onDeadLetter(DeadLetter letter) {
    if (deadLetters.incrementAndGet() <= DEAD_LETTERS_SHOWN) {
      console.say(
          String.format(
              Locale.ROOT,
              "  dead letter: %s-%d@%d, %s: %s",
              letter.getTopic(),
              letter.getPartition(),
              letter.getOffset(),
              letter.getReason(),
              letter.getDetail()));
    }
  }

  /** Dead letters read so far. */
  long deadLetters() {
    return deadLetters.get();
  }
}
