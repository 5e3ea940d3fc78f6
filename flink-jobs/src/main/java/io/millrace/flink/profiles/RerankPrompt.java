package io.millrace.flink.profiles;

import io.millrace.flink.features.Standardised;
import io.millrace.flink.llm.ChatAnswer;
import io.millrace.flink.llm.ChatRequest;
import io.millrace.flink.llm.Likelihoods;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Asks how likely titles are after what a user chose, and after nothing in particular: the
 * difference is what is used, since some titles are likely after anything. After PALR (F. Yang et
 * al., arXiv 2305.07622), whose model writes titles, where here given ones are scored: nothing but
 * candidates can come out. The words are those of the prompt that {@code millrace_training}
 * measures.
 */
public final class RerankPrompt {
  /** Titles of the history that are shown at most, the newest. */
  public static final int MOST_HISTORY = 20;

  /** Keywords that are shown at most. */
  public static final int MOST_KEYWORDS = 5;

  /** Questions about a list. */
  public static final int QUESTIONS = 2;

  private static final String NAME = "rerank/1";
  private static final String NOTHING = "nothing yet";
  private static final int MOST_TITLE = 120;
  private static final int MOST_KEYWORD = 60;

  private final PromptTemplate template = PromptTemplate.load(NAME);

  /** Its name and version, as {@code rerank/1}. */
  public String version() {
    return NAME;
  }

  /**
   * The questions: about the user first, then about nobody.
   *
   * @param history titles, oldest first
   * @param keywords what the profile says that the user likes, weightiest first
   * @param candidates titles
   */
  public List<ChatRequest> questions(
      List<String> history, List<String> keywords, List<String> candidates) {
    List<String> titles = clean(candidates, MOST_TITLE);
    List<String> newest =
        history.subList(Math.max(0, history.size() - MOST_HISTORY), history.size());
    List<String> liked = keywords.subList(0, Math.min(MOST_KEYWORDS, keywords.size()));
    return List.of(
        question(clean(newest, MOST_TITLE), clean(liked, MOST_KEYWORD), titles),
        question(List.of(), List.of(), titles));
  }

  private ChatRequest question(
      List<String> history, List<String> keywords, List<String> candidates) {
    Map<String, String> values =
        Map.of(
            "history",
            history.isEmpty() ? NOTHING : String.join("; ", history),
            "keywords",
            keywords.isEmpty() ? "" : "They like " + String.join(", ", keywords) + ".");
    return ChatRequest.likelihoods(template.fill(values), candidates);
  }

  private static List<String> clean(List<String> texts, int most) {
    List<String> clean = new ArrayList<>(texts.size());
    for (String text : texts) {
      String one = UntrustedText.clean(text, most);
      clean.add(one.isEmpty() ? "?" : one);
    }
    return clean;
  }

  /**
   * What each candidate gains by the user, standardised over the candidates.
   *
   * @param answers to the questions, in their order
   * @param candidates how many were asked about, at least 1
   * @throws UnreadableAnswerException if an answer does not have a likelihood for each
   */
  public double[] scores(List<ChatAnswer> answers, int candidates)
      throws UnreadableAnswerException {
    double[] user = likelihoods(answers.get(0), candidates);
    double[] nobody = likelihoods(answers.get(1), candidates);
    double[] gains = new double[candidates];
    for (int i = 0; i < candidates; i++) {
      gains[i] = user[i] - nobody[i];
    }
    return Standardised.of(gains);
  }

  private static double[] likelihoods(ChatAnswer answer, int candidates)
      throws UnreadableAnswerException {
    double[] likelihoods = Likelihoods.read(answer.text(), candidates);
    if (likelihoods == null) {
      throw AnswerReader.unreadable(
          "it does not have " + candidates + " likelihoods", answer.text());
    }
    return likelihoods;
  }
}
