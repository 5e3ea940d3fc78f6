package io.millrace.server.llm.constraint;

import io.millrace.server.llm.constraint.Grammar.Reference;
import io.millrace.server.llm.constraint.Grammar.Symbol;
import io.millrace.server.llm.constraint.Grammar.Terminal;
import java.util.ArrayList;
import java.util.List;

/**
 * The parts of JSON. Whitespace is at most one space after a colon or a comma: a model that may
 * write any would write nothing else. Numbers have at most 16 digits before and after the point.
 */
final class JsonGrammar {
  private static final int MOST_DIGITS = 16;
  private static final int MOST_EXPONENT_DIGITS = 3;

  private final Grammar grammar;
  private final Symbol space;
  private final Symbol character;
  private final Symbol integer;
  private final Symbol number;
  private final Reference value;
  private final Reference object;

  JsonGrammar(Grammar grammar) {
    this.grammar = grammar;
    this.space = grammar.repeated(one(" "), 0, 1);
    this.character = character();
    this.integer = integer();
    this.number = number();
    this.value = grammar.rule();
    this.object = grammar.rule();
    Reference pair = grammar.rule();
    grammar.alternative(pair, string(0, -1), one(":"), space, value);
    grammar.alternative(object, list("{", pair, 0, -1, "}"));
    grammar.alternative(value, object);
    grammar.alternative(value, list("[", value, 0, -1, "]"));
    grammar.alternative(value, string(0, -1));
    grammar.alternative(value, number);
    for (String word : new String[] {"true", "false", "null"}) {
      grammar.alternative(value, Grammar.literal(word));
    }
  }

  static Terminal one(String ascii) {
    return new Terminal(ByteSet.of(ascii));
  }

  private static Terminal range(int first, int last) {
    return new Terminal(ByteSet.range(first, last));
  }

  /** One character of a string: itself as well-formed UTF-8, or escaped by one letter. */
  private Symbol character() {
    Reference rule = grammar.rule();
    Terminal rest = range(0x80, 0xBF);
    grammar.alternative(rule, new Terminal(ByteSet.range(0x20, 0x7E).without("\"\\")));
    grammar.alternative(rule, one("\\"), one("\"\\/bfnrt"));
    grammar.alternative(rule, range(0xC2, 0xDF), rest);
    grammar.alternative(rule, range(0xE0, 0xE0), range(0xA0, 0xBF), rest);
    grammar.alternative(rule, range(0xE1, 0xEC), rest, rest);
    grammar.alternative(rule, range(0xED, 0xED), range(0x80, 0x9F), rest);
    grammar.alternative(rule, range(0xEE, 0xEF), rest, rest);
    grammar.alternative(rule, range(0xF0, 0xF0), range(0x90, 0xBF), rest, rest);
    grammar.alternative(rule, range(0xF1, 0xF3), rest, rest, rest);
    grammar.alternative(rule, range(0xF4, 0xF4), range(0x80, 0x8F), rest, rest);
    return rule;
  }

  private Symbol integer() {
    Reference rule = grammar.rule();
    Reference whole = grammar.rule();
    grammar.alternative(whole, one("0"));
    grammar.alternative(
        whole, one("123456789"), grammar.repeated(one("0123456789"), 0, MOST_DIGITS - 1));
    grammar.alternative(rule, whole);
    grammar.alternative(rule, one("-"), whole);
    return rule;
  }

  private Symbol number() {
    Symbol digit = one("0123456789");
    Reference fraction = grammar.rule();
    grammar.alternative(fraction);
    grammar.alternative(fraction, one("."), grammar.repeated(digit, 1, MOST_DIGITS));
    Reference exponent = grammar.rule();
    grammar.alternative(exponent);
    grammar.alternative(
        exponent,
        one("eE"),
        grammar.repeated(one("+-"), 0, 1),
        grammar.repeated(digit, 1, MOST_EXPONENT_DIGITS));
    Reference rule = grammar.rule();
    grammar.alternative(rule, integer, fraction, exponent);
    return rule;
  }

  /** A string of so many characters; without an upper bound below 0. */
  Symbol string(int least, int most) {
    Reference rule = grammar.rule();
    grammar.alternative(rule, one("\""), grammar.repeated(character, least, most), one("\""));
    return rule;
  }

  /** Entries between commas, so many of them; without an upper bound below 0. */
  List<Symbol> list(String open, Symbol entry, int least, int most, String close) {
    List<Symbol> symbols = new ArrayList<>();
    symbols.add(one(open));
    if (most != 0) {
      Reference further = grammar.rule();
      grammar.alternative(further, one(","), space, entry);
      Reference entries = grammar.rule();
      grammar.alternative(
          entries,
          entry,
          grammar.repeated(further, Math.max(0, least - 1), most < 0 ? -1 : most - 1));
      if (least == 0) {
        grammar.alternative(entries);
      }
      symbols.add(entries);
    }
    symbols.add(one(close));
    return symbols;
  }

  Symbol space() {
    return space;
  }

  Symbol integerNumber() {
    return integer;
  }

  Symbol anyNumber() {
    return number;
  }

  Symbol anyValue() {
    return value;
  }

  Symbol anyObject() {
    return object;
  }
}
