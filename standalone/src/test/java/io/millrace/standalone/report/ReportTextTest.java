package io.millrace.standalone.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ReportTextTest {

  @Test
  void showsTheSameFiguresAsTheFile() {
    assertThat(ReportText.lines(Reports.example(), List.of("Read this too.")))
        .containsExactly(
            "  events         5,000 published · 4,999 processed · 1 dead letters · 2 late",
            "                 before them 1,234 as history, 2,004 requests to warm up and 12 for a first list",
            "  lists          7,016 expected · 7,017 emitted · 0 lost · 0 duplicated",
            "  by rung        0 ranked · 5,009 retrieved · 2 last_list · 1 popular",
            "  lower rungs    3 deadline",
            "  checkpoints    3 completed · 0 failed",
            "  models         recommender version 1",
            "  profiles       12 written · 3 users wait · 40 claims · 5 rejected",
            "                 24 calls of 9,876 tokens · 2 replayed from the journal · 1 unreadable",
            "  reranking      31 lists to look over · 14 looked over · left out: 7 replaced · 8 too_old",
            "                 34 questions of 45,678 tokens · 30 answered · 6 replayed from the journal · failed: 4 timeout",
            "                 had a say in 55 lists, changed 22 · p50 4.2 s until a list is looked over",
            "  fresh models   4 rounds, one after 1,500 events or more · 2 published · 1 refused · 6 failed",
            "                 22.8 s a round · lists by version: 1: 3,003 · 2: 2,006",
            "  freshness      p50 4.3 ms · p95 8.5 ms · p99 12.1 ms · floor p99 5.0 ms (p99 is 2.4 ×"
                + " that)",
            "  throughput     1,235 events/s · the bare model alone 2,346/s · ratio 0.53",
            "  overhead       405 core-µs a list beside 426 of the bare model",
            "  by part        broker 80 · flink 121",
            "",
            "  quality           HR@10   NDCG@10",
            "  these lists       0.185     0.093   2.5 × popular",
            "  popular           0.074     0.035",
            "  markov            0.136     0.071",
            "  transitions5      0.187     0.097",
            "                 4,900 lists, each compared with its user's next event",
            "",
            "  Read this too.");
  }
}
