package io.millrace.server.llm.constraint;

import io.millrace.server.llm.constraint.Grammar.Reference;
import io.millrace.server.llm.constraint.Grammar.Symbol;
import io.millrace.server.llm.constraint.Grammar.Terminal;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a grammar's texts byte by byte. A state is the set of all places in the grammar where a
 * text may be; states and their followers are kept, so that a loop, such as inside a string, costs
 * a lookup. Not safe for threads.
 */
final class TextAutomaton {
  /** A schema whose texts lead to more states than this is refused where it does. */
  static final int MOST_STATES = 50_000;

  private static final int BYTES = 256;

  /** The place of a text that may end. */
  private static final Place END = new Place(List.of(), 0, null);

  private final Grammar grammar;
  private final Map<Set<Place>, State> states = new HashMap<>();
  private final State start;
  private final State dead;

  /**
   * What is still to come: the rest of an alternative, and what follows its rule. Alternatives are
   * told apart by identity, as every one is made once.
   */
  private static final class Place {
    private final List<Symbol> symbols;
    private final int index;
    private final @Nullable Place below;
    private final int hash;

    Place(List<Symbol> symbols, int index, @Nullable Place below) {
      this.symbols = symbols;
      this.index = index;
      this.below = below;
      this.hash =
          31 * (31 * System.identityHashCode(symbols) + index) + (below == null ? 0 : below.hash);
    }

    Symbol symbol() {
      return symbols.get(index);
    }

    /** After the symbol; alternatives at their end are left, so that recursion does not pile up. */
    @Nullable Place after() {
      return index + 1 < symbols.size() ? new Place(symbols, index + 1, below) : below;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Place place
          && hash == place.hash
          && symbols == place.symbols
          && index == place.index
          && Objects.equals(below, place.below);
    }

    @Override
    public int hashCode() {
      return hash;
    }
  }

  /** Where a text may be. */
  static final class State {
    private final Set<Place> places;
    private final boolean accepting;
    private final @Nullable State[] next = new State[BYTES];

    private State(Set<Place> places, boolean accepting) {
      this.places = places;
      this.accepting = accepting;
    }

    /** Whether the text may end here. */
    boolean isAccepting() {
      return accepting;
    }

    /** Whether the text cannot go on. */
    boolean isFinal() {
      return places.isEmpty();
    }
  }

  TextAutomaton(Grammar grammar, Symbol text) {
    this.grammar = grammar;
    this.dead = new State(Set.of(), false);
    Set<Place> places = new HashSet<>();
    boolean accepting = expand(new Place(List.of(text), 0, null), places);
    this.start = state(places, accepting);
  }

  State start() {
    return start;
  }

  /** The state after a byte; null if the byte cannot come there. */
  @Nullable State after(State state, byte value) {
    int at = value & 0xFF;
    State found = state.next[at];
    if (found == null) {
      found = compute(state, at);
      state.next[at] = found;
    }
    return found == dead ? null : found;
  }

  private State compute(State state, int value) {
    Set<Place> places = new HashSet<>();
    boolean accepting = false;
    for (Place place : state.places) {
      if (((Terminal) place.symbol()).bytes().contains(value)) {
        accepting |= expand(place.after(), places);
      }
    }
    return places.isEmpty() && !accepting ? dead : state(places, accepting);
  }

  private State state(Set<Place> places, boolean accepting) {
    if (states.size() >= MOST_STATES) {
      throw new IllegalArgumentException(
          "following the text takes more than " + MOST_STATES + " states; describe less");
    }
    // Whether it accepts is part of what it is: the end is a place, too.
    Set<Place> key = places;
    if (accepting) {
      key = new HashSet<>(places);
      key.add(END);
    }
    return states.computeIfAbsent(key, kept -> new State(places, accepting));
  }

  /** Follows rules down to bytes; returns whether the end can be reached without one. */
  private boolean expand(@Nullable Place from, Set<Place> into) {
    boolean accepting = false;
    Set<Place> seen = new HashSet<>();
    Deque<Place> open = new ArrayDeque<>();
    if (from == null) {
      return true;
    }
    open.add(from);
    while (!open.isEmpty()) {
      Place place = open.remove();
      if (!seen.add(place)) {
        continue;
      }
      if (place.symbol() instanceof Terminal) {
        into.add(place);
        continue;
      }
      Place below = place.after();
      for (List<Symbol> alternative : grammar.alternatives((Reference) place.symbol())) {
        Place next = alternative.isEmpty() ? below : new Place(alternative, 0, below);
        if (next == null) {
          accepting = true;
        } else {
          open.add(next);
        }
      }
    }
    return accepting;
  }
}
