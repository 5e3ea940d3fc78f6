package io.millrace.server.llm.constraint;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Rules that describe texts, byte by byte. A rule has alternatives, each a sequence of bytes and of
 * other rules; no alternative begins with its own rule before a byte.
 */
final class Grammar {
  /** A part of an alternative. */
  sealed interface Symbol permits Terminal, Reference {}

  /** One byte out of some. */
  record Terminal(ByteSet bytes) implements Symbol {}

  /** Whatever a rule describes. */
  record Reference(int rule) implements Symbol {}

  private static final int MOST_RULES = 100_000;

  private final List<List<List<Symbol>>> rules = new ArrayList<>();

  /** A rule without alternatives yet. */
  Reference rule() {
    if (rules.size() == MOST_RULES) {
      throw new IllegalArgumentException(
          "it comes to more than " + MOST_RULES + " rules; describe less, or shorter texts");
    }
    rules.add(new ArrayList<>());
    return new Reference(rules.size() - 1);
  }

  /** Adds an alternative; without symbols it is the empty text. */
  void alternative(Reference rule, Symbol... symbols) {
    rules.get(rule.rule()).add(List.of(symbols));
  }

  /** Adds an alternative. */
  void alternative(Reference rule, List<? extends Symbol> symbols) {
    rules.get(rule.rule()).add(List.copyOf(symbols));
  }

  List<List<Symbol>> alternatives(Reference rule) {
    return rules.get(rule.rule());
  }

  /** Exactly that text. */
  static List<Symbol> literal(String text) {
    List<Symbol> symbols = new ArrayList<>();
    for (byte value : text.getBytes(StandardCharsets.UTF_8)) {
      symbols.add(new Terminal(ByteSet.of(value)));
    }
    return symbols;
  }

  /** The symbol at least and at most so many times; without an upper bound below 0. */
  Symbol repeated(Symbol symbol, int least, int most) {
    Reference next;
    if (most < 0) {
      next = rule();
      alternative(next, symbol, next);
      alternative(next);
    } else {
      next = rule();
      alternative(next);
      for (int i = least; i < most; i++) {
        Reference more = rule();
        alternative(more, symbol, next);
        alternative(more);
        next = more;
      }
    }
    for (int i = 0; i < least; i++) {
      Reference more = rule();
      alternative(more, symbol, next);
      next = more;
    }
    return next;
  }
}
