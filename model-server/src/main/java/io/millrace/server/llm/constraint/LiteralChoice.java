package io.millrace.server.llm.constraint;

import io.millrace.server.llm.constraint.Grammar.Reference;
import io.millrace.server.llm.constraint.Grammar.Symbol;
import io.millrace.server.llm.constraint.Grammar.Terminal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/**
 * One of some texts, as rules that share common beginnings: following a text costs the same however
 * many there are.
 */
final class LiteralChoice {
  private LiteralChoice() {}

  static Symbol of(Grammar grammar, Collection<String> texts) {
    List<byte[]> sorted = new ArrayList<>();
    texts.stream().distinct().forEach(text -> sorted.add(text.getBytes(StandardCharsets.UTF_8)));
    sorted.sort(Arrays::compareUnsigned);
    return node(grammar, sorted, 0);
  }

  private static Reference node(Grammar grammar, List<byte[]> sorted, int depth) {
    Reference rule = grammar.rule();
    int from = 0;
    if (!sorted.isEmpty() && sorted.get(0).length == depth) {
      grammar.alternative(rule);
      from = 1;
    }
    while (from < sorted.size()) {
      byte first = sorted.get(from)[depth];
      int to = from + 1;
      while (to < sorted.size() && sorted.get(to)[depth] == first) {
        to++;
      }
      grammar.alternative(rule, branch(grammar, sorted.subList(from, to), depth));
      from = to;
    }
    return rule;
  }

  /** What all of them share, as one sequence, then where they part. */
  private static List<Symbol> branch(Grammar grammar, List<byte[]> sorted, int depth) {
    byte[] first = sorted.get(0);
    byte[] last = sorted.get(sorted.size() - 1);
    int same = Arrays.mismatch(first, depth, first.length, last, depth, last.length);
    int end = same < 0 ? first.length : depth + same;
    List<Symbol> symbols = new ArrayList<>();
    for (int i = depth; i < end; i++) {
      symbols.add(new Terminal(ByteSet.of(first[i])));
    }
    if (sorted.size() > 1) {
      symbols.add(node(grammar, sorted, end));
    }
    return symbols;
  }
}
