package io.millrace.server.llm.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.server.llm.sampling.LogProbabilities.Scored;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class SamplerTest {
  private static final int DRAWS = 20_000;

  private static float[] logits() {
    // Probabilities .1 .2 .3 .4 in another order.
    return new float[] {
      (float) Math.log(.3), (float) Math.log(.1), (float) Math.log(.4), (float) Math.log(.2)
    };
  }

  private static double[] shares(SamplingSettings settings) {
    Sampler sampler = new Sampler(settings);
    double[] shares = new double[4];
    for (int i = 0; i < DRAWS; i++) {
      shares[sampler.choose(logits(), null)] += 1.0 / DRAWS;
    }
    return shares;
  }

  @Test
  void withoutTemperatureTheLikeliestIsTaken() {
    assertThat(new Sampler(SamplingSettings.GREEDY).choose(logits(), null)).isEqualTo(2);
  }

  @Test
  void onlyAllowedTokensAreTaken() {
    BitSet allowed = new BitSet();
    allowed.set(1);
    allowed.set(3);
    assertThat(new Sampler(SamplingSettings.GREEDY).choose(logits(), allowed)).isEqualTo(3);
    Sampler warm = new Sampler(new SamplingSettings(2, 1, 0, 0, 5));
    for (int i = 0; i < 100; i++) {
      assertThat(warm.choose(logits(), allowed)).isIn(1, 3);
    }
  }

  @Test
  void tokensAreDrawnAsOftenAsTheyAreLikely() {
    double[] shares = shares(new SamplingSettings(1, 1, 0, 0, 3));
    assertThat(shares).containsExactly(new double[] {.3, .1, .4, .2}, within(.02));
  }

  @Test
  void topPKeepsTheLikeliestThatReachIt() {
    double[] shares = shares(new SamplingSettings(1, .6, 0, 0, 3));
    assertThat(shares).containsExactly(new double[] {3 / 7.0, 0, 4 / 7.0, 0}, within(.02));
  }

  @Test
  void theSameSeedDrawsTheSame() {
    List<Integer> drawn = new ArrayList<>();
    for (int run = 0; run < 2; run++) {
      Sampler sampler = new Sampler(new SamplingSettings(1.3, .95, 0, 0, 42));
      for (int i = 0; i < 50; i++) {
        drawn.add(sampler.choose(logits(), null));
      }
    }
    assertThat(drawn.subList(0, 50)).isEqualTo(drawn.subList(50, 100));
    assertThat(drawn).contains(0, 2, 3);
  }

  @Test
  void whatCameCountsAgainstItself() {
    Sampler sampler = new Sampler(new SamplingSettings(0, 1, .5, .2, 0));
    assertThat(sampler.choose(logits(), null)).isEqualTo(2);
    assertThat(sampler.choose(logits(), null)).isEqualTo(0);
  }

  @Test
  void logProbabilitiesAreTheModelsOwn() {
    List<Scored> top = LogProbabilities.top(logits(), 3);
    assertThat(top).extracting(Scored::token).containsExactly(2, 0, 3);
    assertThat(top.get(0).logProbability()).isCloseTo(Math.log(.4), within(1e-6));
    assertThat(LogProbabilities.top(logits(), 0)).isEmpty();
    assertThat(LogProbabilities.top(logits(), 9)).hasSize(4);
  }
}
