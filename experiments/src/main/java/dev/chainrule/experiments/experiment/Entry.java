package dev.chainrule.experiments.experiment;

import dev.chainrule.base.InputException;
import dev.chainrule.experiments.cli.Spelling;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** What an experiment's file says, each value with its place. */
sealed interface Entry {
  Place place();

  /** A word, number or text, as it is written; empty where nothing is. */
  record Leaf(String text, Place place) implements Entry {}

  /** Values one after the other. */
  record Items(List<Entry> items, Place place) implements Entry {
    public Items {
      items = List.copyOf(items);
    }
  }

  /** Values by key, in the order of the file; keys have places of their own. */
  record Tree(Map<String, Entry> entries, Map<String, Place> keys, Place place) implements Entry {
    static Tree empty(Place place) {
      return new Tree(new LinkedHashMap<>(), new LinkedHashMap<>(), place);
    }

    @Nullable Entry get(String key) {
      return entries.get(key);
    }

    /** The tree under a key; an empty one where there is none. */
    Tree tree(String key) {
      Entry entry = entries.get(key);
      if (entry == null || (entry instanceof Leaf leaf && leaf.text().isEmpty())) {
        return empty(entry == null ? place : entry.place());
      }
      if (entry instanceof Tree tree) {
        return tree;
      }
      throw entry.place().refuse(key + ": expected keys and values");
    }

    /** The text under a key; null where there is none. */
    @Nullable Leaf leaf(String key) {
      Entry entry = entries.get(key);
      if (entry == null || entry instanceof Leaf) {
        return (Leaf) entry;
      }
      throw entry.place().refuse(key + ": expected one value");
    }

    /** Refuses a key that is none of these. */
    void requireKnown(String what, Collection<String> known) {
      for (String key : entries.keySet()) {
        if (!known.contains(key)) {
          throw unknown(keys.getOrDefault(key, place), what, key, known);
        }
      }
    }

    /** This one with what another says, which wins; trees under the same key are joined alike. */
    Tree overlaid(Tree other) {
      Map<String, Entry> joined = new LinkedHashMap<>(entries);
      Map<String, Place> places = new LinkedHashMap<>(keys);
      other.entries.forEach(
          (key, entry) -> {
            boolean both = entry instanceof Tree && joined.get(key) instanceof Tree;
            joined.put(key, both ? tree(key).overlaid((Tree) entry) : entry);
          });
      places.putAll(other.keys);
      return new Tree(joined, places, other.place);
    }

    /** With a value under a key with dots. */
    Tree with(List<String> path, Entry value) {
      Map<String, Entry> joined = new LinkedHashMap<>(entries);
      Map<String, Place> places = new LinkedHashMap<>(keys);
      String key = path.getFirst();
      Tree below = joined.get(key) instanceof Tree tree ? tree : Tree.empty(value.place());
      joined.put(key, path.size() == 1 ? value : below.with(path.subList(1, path.size()), value));
      places.put(key, value.place());
      return new Tree(joined, places, place);
    }
  }

  /** A refusal of a key, with what may have been meant. */
  static InputException unknown(Place place, String what, String key, Collection<String> known) {
    String nearest =
        Spelling.nearest(key, known)
            .map(near -> "; the nearest is " + near)
            .orElse("; expected one of " + String.join(", ", known.stream().sorted().toList()));
    return place.refuse("%s has no key %s%s".formatted(what, key, nearest));
  }

  /**
   * Reads a text.
   *
   * @param origin as messages name it
   * @throws InputException if it is no YAML, or more than a file that a person wrote can be
   */
  static Entry parse(String text, String origin) {
    try {
      YamlText.requireShallow(text, origin);
      Optional<Node> node = new Compose(YamlText.settings(origin)).composeString(text);
      return node.map(root -> new Reader(origin).entry(root, 0))
          .orElseThrow(() -> new InputException(origin + ": is empty, expected keys and values"));
    } catch (YamlEngineException e) {
      throw YamlText.refused(origin, e);
    }
  }

  /** The same where only keys and values will do. */
  static Tree parseTree(String text, String origin) {
    Entry entry = parse(text, origin);
    if (entry instanceof Tree tree) {
      return tree;
    }
    throw entry.place().refuse("expected keys and values");
  }

  /** Follows nodes; the same node may stand in many places, and even in itself. */
  final class Reader {
    private static final int MOST = 100_000;

    private final String origin;
    private int read;

    private Reader(String origin) {
      this.origin = origin;
    }

    private Entry entry(Node node, int depth) {
      Place place = Place.of(origin, node.getStartMark());
      if (depth > YamlText.DEEPEST || ++read > MOST) {
        throw place.refuse(
            "expected at most %d values, %d levels deep".formatted(MOST, YamlText.DEEPEST));
      }
      return switch (node) {
        case ScalarNode scalar -> new Leaf(text(scalar), place);
        case SequenceNode list -> {
          List<Entry> items = new ArrayList<>();
          for (Node item : list.getValue()) {
            items.add(entry(item, depth + 1));
          }
          yield new Items(items, place);
        }
        case MappingNode map -> tree(map, place, depth);
        default -> throw place.refuse("expected a value, a list, or keys and values");
      };
    }

    private Tree tree(MappingNode map, Place place, int depth) {
      Map<String, Entry> entries = new LinkedHashMap<>();
      Map<String, Place> keys = new LinkedHashMap<>();
      for (NodeTuple tuple : map.getValue()) {
        Place at = Place.of(origin, tuple.getKeyNode().getStartMark());
        if (!(tuple.getKeyNode() instanceof ScalarNode name)) {
          throw at.refuse("expected a word before the colon");
        }
        String key = name.getValue();
        Place before = keys.put(key, at);
        if (before != null) {
          throw at.refuse("%s stands in line %d already".formatted(key, before.line()));
        }
        entries.put(key, entry(tuple.getValueNode(), depth + 1));
      }
      return new Tree(entries, keys, place);
    }

    /** Nothing is written as {@code null} or {@code ~} too. */
    private static String text(ScalarNode scalar) {
      boolean nothing =
          scalar.isPlain() && (scalar.getValue().equals("null") || scalar.getValue().equals("~"));
      return nothing ? "" : scalar.getValue();
    }
  }
}
