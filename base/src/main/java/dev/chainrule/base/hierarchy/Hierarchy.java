package dev.chainrule.base.hierarchy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which series are sums of which: bottom series, and groups of them that are summed. Nodes are all
 * of these, the groups first, then the bottom series.
 */
public final class Hierarchy {
  private final List<Group> groups;
  private final List<String> bottoms;

  /**
   * A sum of bottom series.
   *
   * @param id its name
   * @param level how many levels are above it, for tables: 0 is the total
   * @param members numbers of the bottom series, rising
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Group(String id, int level, int[] members) {}

  /**
   * Of groups of bottom series.
   *
   * @throws IllegalArgumentException for a group without members or with others than there are, and
   *     for names that occur twice
   */
  public Hierarchy(List<Group> groups, List<String> bottoms) {
    this.groups = List.copyOf(groups);
    this.bottoms = List.copyOf(bottoms);
    for (Group group : groups) {
      if (group.members.length == 0) {
        throw new IllegalArgumentException("group " + group.id + ": has no members");
      }
      for (int k = 0; k < group.members.length; k++) {
        int member = group.members[k];
        if (member < 0 || member >= bottoms.size() || (k > 0 && member <= group.members[k - 1])) {
          throw new IllegalArgumentException(
              "group %s: found members %s, expected rising numbers below %d"
                  .formatted(group.id, Arrays.toString(group.members), bottoms.size()));
        }
      }
    }
    List<String> ids = ids();
    if (ids.stream().distinct().count() < ids.size()) {
      throw new IllegalArgumentException("names of series and groups: one occurs twice");
    }
  }

  /**
   * Of attributes of the bottom series: {@code state/region} is a total, states, and regions of
   * states; {@code state/region*purpose} crosses these with purposes. The finest groups are left
   * out where each holds one series.
   *
   * @param text names of attributes, {@code /} before what is nested, {@code *} between what is
   *     crossed
   * @param bottoms the bottom series' names
   * @param attributes values by the attributes' names, one a bottom series
   * @throws IllegalArgumentException if an attribute is not known
   */
  public static Hierarchy of(
      String text, List<String> bottoms, Map<String, List<String>> attributes) {
    List<List<String>> levels = levels(text);
    List<Group> groups = new ArrayList<>();
    for (int level = 0; level < levels.size(); level++) {
      List<String> names = levels.get(level);
      Map<String, List<Integer>> members = new LinkedHashMap<>();
      for (int i = 0; i < bottoms.size(); i++) {
        List<String> parts = new ArrayList<>();
        for (String name : names) {
          List<String> values = attributes.get(name);
          if (values == null) {
            throw new IllegalArgumentException(
                "hierarchy: found "
                    + name
                    + ", expected some of "
                    + String.join(", ", attributes.keySet())
                    + ".");
          }
          parts.add(name + "=" + values.get(i));
        }
        String id = parts.isEmpty() ? "total" : String.join(",", parts);
        members.computeIfAbsent(id, key -> new ArrayList<>()).add(i);
      }
      if (members.size() == bottoms.size() && level > 0) {
        continue;
      }
      int above = level;
      members.forEach(
          (id, list) -> groups.add(new Group(id, above, list.stream().mapToInt(i -> i).toArray())));
    }
    return new Hierarchy(groups, bottoms);
  }

  /** The attributes of each level: of every term a beginning, in all combinations. */
  static List<List<String>> levels(String text) {
    List<List<String>> levels = new ArrayList<>(List.of(List.of()));
    for (String term : text.split("\\*", -1)) {
      String[] names = term.split("/", -1);
      List<List<String>> longer = new ArrayList<>();
      for (List<String> level : levels) {
        for (int depth = 0; depth <= names.length; depth++) {
          List<String> more = new ArrayList<>(level);
          more.addAll(Arrays.asList(names).subList(0, depth).stream().map(String::strip).toList());
          longer.add(more);
        }
      }
      levels = longer;
    }
    return levels;
  }

  /** The attributes that a text names. */
  public static List<String> attributes(String text) {
    List<String> names = levels(text).getLast();
    if (names.stream().anyMatch(String::isEmpty)
        || names.stream().distinct().count() < names.size()) {
      throw new IllegalArgumentException(
          "hierarchy: found "
              + text
              + ", expected columns such as state/region or state/region*purpose, each once.");
    }
    return names;
  }

  /** The sums. */
  public List<Group> groups() {
    return groups;
  }

  /** Names of the bottom series. */
  public List<String> bottoms() {
    return bottoms;
  }

  /** Names of all nodes: groups, then bottom series. */
  public List<String> ids() {
    List<String> ids = new ArrayList<>();
    groups.forEach(group -> ids.add(group.id));
    ids.addAll(bottoms);
    return ids;
  }

  /** How many nodes there are. */
  public int size() {
    return groups.size() + bottoms.size();
  }

  /** The level of a node; bottom series are one below the lowest group. */
  public int level(int node) {
    return node < groups.size()
        ? groups.get(node).level
        : 1 + groups.stream().mapToInt(Group::level).max().orElse(-1);
  }

  /** The values of all nodes from those of the bottom series [bottoms] to [nodes]. */
  public double[] sums(double[] bottom) {
    double[] all = new double[size()];
    for (int g = 0; g < groups.size(); g++) {
      for (int member : groups.get(g).members) {
        all[g] += bottom[member];
      }
    }
    System.arraycopy(bottom, 0, all, groups.size(), bottom.length);
    return all;
  }

  /** What groups are more than their members' sums, of values of all nodes [groups]. */
  double[] incoherence(double[] all) {
    double[] result = new double[groups.size()];
    for (int g = 0; g < result.length; g++) {
      result[g] = all[g];
      for (int member : groups.get(g).members) {
        result[g] -= all[groups.size() + member];
      }
    }
    return result;
  }

  @Override
  public String toString() {
    return "hierarchy of %d groups over %d series".formatted(groups.size(), bottoms.size());
  }
}
