package io.millrace.server.llm.constraint;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.server.llm.text.TokenBytes;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * Keeps one text within a description. Made for each text; not safe for threads.
 *
 * <p>Tokens are allowed by their bytes, so a word may come in any split. Once nothing can follow,
 * the text is complete, without asking the model.
 */
public final class TextConstraint {
  private final TokenTrie trie;
  private final TokenBytes vocabulary;
  private final TextAutomaton automaton;
  private final Map<TextAutomaton.State, BitSet> masks = new HashMap<>();
  private TextAutomaton.State state;

  private TextConstraint(TokenTrie trie, TokenBytes vocabulary, TextAutomaton automaton) {
    this.trie = trie;
    this.vocabulary = vocabulary;
    this.automaton = automaton;
    this.state = automaton.start();
  }

  /**
   * One of some texts.
   *
   * @throws IllegalArgumentException if they are too many; the message says what to change
   */
  public static TextConstraint choice(
      TokenTrie trie, TokenBytes vocabulary, Collection<String> texts) {
    Grammar grammar = new Grammar();
    return new TextConstraint(
        trie, vocabulary, new TextAutomaton(grammar, LiteralChoice.of(grammar, texts)));
  }

  /**
   * JSON that a schema describes.
   *
   * @throws IllegalArgumentException if the schema asks for what is not supported; the message
   *     names it
   */
  public static TextConstraint schema(TokenTrie trie, TokenBytes vocabulary, JsonNode schema) {
    Grammar grammar = new Grammar();
    return new TextConstraint(
        trie, vocabulary, new TextAutomaton(grammar, new SchemaGrammar(grammar, schema).root()));
  }

  /** Tokens of text that may come next; the set is not to be changed. */
  public BitSet allowed() {
    return masks.computeIfAbsent(state, from -> trie.allowed(automaton, from));
  }

  /** Whether the text may end here. */
  public boolean mayEnd() {
    return state.isAccepting();
  }

  /** Whether the text must end here. */
  public boolean mustEnd() {
    return state.isFinal();
  }

  /** Takes a token that was allowed. */
  public void accept(int token) {
    for (byte value : vocabulary.of(token)) {
      TextAutomaton.State next = automaton.after(state, value);
      if (next == null) {
        throw new IllegalStateException("token " + token + " was not allowed");
      }
      state = next;
    }
  }
}
