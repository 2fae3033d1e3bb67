package dev.chainrule.text.structure;

import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which tokens may come next at a position. The tree of tokens is walked together with the
 * automaton, once for each set of states of a rule, whatever called the rule: tokens that end
 * within it may come in any case, and where it ended within a token the walk goes on from what lies
 * beneath. The former are kept by the states, the whole by the position. Used by one thread at a
 * time.
 */
final class Masks {
  /** Of the masks of positions that are kept, and of those of rules, in bytes. */
  private static final long BUDGET = 12L << 20;

  /** Visits of a position from which on it is worth to know what may run on from it. */
  private static final int OFTEN = 100;

  private static final int FEWEST = 16;

  /** Of a place that is the key of a mask. */
  private static final int PLACE_BYTES = 8;

  private final Vocabulary vocabulary;
  private final Vocabulary.Tree tree;
  private final Automaton automaton;

  /** The tree's bytes as the automaton's classes. */
  private final byte[] symbols;

  private final int words;
  private final Position[] path;
  private final Kept<long[]> whole = new Kept<>();
  private final Kept<Local> local = new Kept<>();

  /**
   * What may come while a rule lasts.
   *
   * @param tokens that end in it, or with it
   * @param exits nodes of the tree at which it may have ended and below which there are more
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Local(long[] tokens, int[] exits) {}

  /** The values that were used last, as many as fit. */
  private static final class Kept<V> {
    private final Map<Position, Sized<V>> values = new LinkedHashMap<>(64, 0.75f, true);
    private long bytes;

    private record Sized<V>(V value, long bytes) {}

    @Nullable V get(Position position) {
      Sized<V> known = values.get(position);
      return known == null ? null : known.value();
    }

    void put(Position position, V value, long size) {
      long all = size + (long) PLACE_BYTES * position.states.length;
      values.put(position, new Sized<>(value, all));
      bytes += all;
      Iterator<Sized<V>> eldest = values.values().iterator();
      while (bytes > BUDGET && values.size() > FEWEST) {
        bytes -= eldest.next().bytes();
        eldest.remove();
      }
    }
  }

  Masks(Vocabulary vocabulary, Automaton automaton) {
    this.vocabulary = vocabulary;
    this.automaton = automaton;
    tree = vocabulary.tree();
    symbols = new byte[tree.bytes().length];
    for (int i = 1; i < symbols.length; i++) {
      symbols[i] = (byte) automaton.classOf(tree.bytes()[i] & 0xFF);
    }
    words = (vocabulary.tokenizer().vocabSize() + Long.SIZE - 1) / Long.SIZE;
    path = new Position[vocabulary.longest() + 1];
  }

  /** About what masks take of memory. */
  long bytes() {
    return whole.bytes + local.bytes;
  }

  /** Tokens that may come next, as bits; changed by nobody. */
  long[] at(Position position) {
    long[] known = whole.get(position);
    if (known == null) {
      known = computed(position);
      whole.put(position, known, 8L * words);
    }
    return known;
  }

  /**
   * Tokens that may come next where a text begins of whose first spaces some are not part of it.
   *
   * @param spaces how many, 1 or more
   */
  long[] atBeginning(Position position, int spaces) {
    long[] mask = new long[words];
    NodeList exits = new NodeList();
    int[] ends = tree.ends();
    int before = 0;
    for (int left = spaces; before >= 0; left--) {
      int space = -1;
      for (int node = before + 1; node < ends[before]; node = ends[node]) {
        if (tree.bytes()[node] == ' ' && left > 0) {
          space = node;
        } else {
          path[tree.depths()[before]] = position;
          walk(node, ends[node], mask, exits);
        }
      }
      if (space >= 0) {
        accept(space, mask);
      }
      before = space;
    }
    // What ended within a token has nothing beneath it at a beginning but what the walk has seen.
    return mask;
  }

  private long[] computed(Position position) {
    List<Automaton.Group> groups = automaton.groups(position, vocabulary.longest());
    if (groups.size() == 1) {
      return resolved(groups.getFirst());
    }
    long[] mask = new long[words];
    for (Automaton.Group group : groups) {
      long[] part = resolved(group);
      for (int i = 0; i < words; i++) {
        mask[i] |= part[i];
      }
    }
    return mask;
  }

  private long[] resolved(Automaton.Group group) {
    Local within = local(group.local());
    Frame frame = group.frame();
    if (within.exits.length == 0 || frame == null) {
      return within.tokens;
    }
    long[] mask = within.tokens.clone();
    int[] exits = within.exits;
    while (frame != null && exits.length > 0) {
      Position back = automaton.after(automaton.alike(frame.back(), vocabulary.longest()));
      NodeList further = new NodeList();
      for (int node : exits) {
        if (back.ends) {
          further.add(node);
        }
        path[tree.depths()[node]] = back;
        walk(node + 1, tree.ends()[node], mask, further);
      }
      exits = further.toArray();
      frame = frame.below();
    }
    return mask;
  }

  private Local local(Position position) {
    Local known = local.get(position);
    if (known == null) {
      long[] tokens = new long[words];
      NodeList exits = new NodeList();
      path[0] = position;
      walk(1, symbols.length, tokens, exits);
      known = new Local(tokens, exits.toArray());
      local.put(position, known, 8L * words + 4L * known.exits.length);
    }
    return known;
  }

  /**
   * Walks some nodes, whose parents' positions are in the path.
   *
   * @param mask gets the tokens that are met
   * @param exits gets nodes with others below them at which the rule may have ended
   */
  private void walk(int from, int to, long[] mask, NodeList exits) {
    int[] depths = tree.depths();
    int[] ends = tree.ends();
    int[] first = tree.from();
    int[] tokens = tree.tokens();
    long[] groups = tree.groups();
    int[] characters = tree.characters();
    int node = from;
    while (node < to) {
      int depth = depths[node];
      Position before = path[depth - 1];
      PlainRun run = before.run;
      if (run == null) {
        run = run(before);
      }
      if ((groups[node] & ~run.groups()) == 0 && characters[node] <= run.most()) {
        int end = ends[node];
        for (int i = first[node]; i < first[end]; i++) {
          mask[tokens[i] >> 6] |= 1L << tokens[i];
        }
        node = end;
        continue;
      }
      int symbol = symbols[node] & 0xFF;
      @Nullable Position @Nullable [] next = before.next;
      Position position = next == null ? null : next[symbol];
      if (position == null) {
        position = automaton.step(before, symbol);
      }
      if (position.isDead()) {
        node = ends[node];
        continue;
      }
      path[depth] = position;
      for (int i = first[node]; i < first[node + 1]; i++) {
        mask[tokens[i] >> 6] |= 1L << tokens[i];
      }
      if (position.ends && ends[node] > node + 1) {
        exits.add(node);
      }
      node++;
    }
  }

  /** What may run on from a position, once the walk has come to it often. */
  private PlainRun run(Position position) {
    if (++position.visits < OFTEN || position.isDead()) {
      return PlainRun.NONE;
    }
    PlainRun run = PlainRun.at(position, automaton);
    position.run = run;
    return run;
  }

  private void accept(int node, long[] mask) {
    for (int i = tree.from()[node]; i < tree.from()[node + 1]; i++) {
      mask[tree.tokens()[i] >> 6] |= 1L << tree.tokens()[i];
    }
  }

  /** Numbers of nodes. */
  private static final class NodeList {
    private int[] nodes = new int[16];
    private int size;

    void add(int node) {
      if (size == nodes.length) {
        nodes = Arrays.copyOf(nodes, 2 * size);
      }
      nodes[size++] = node;
    }

    int[] toArray() {
      return Arrays.copyOf(nodes, size);
    }
  }
}
