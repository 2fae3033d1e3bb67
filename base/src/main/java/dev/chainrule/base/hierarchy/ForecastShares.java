package dev.chainrule.base.hierarchy;

import dev.chainrule.base.InputException;
import dev.chainrule.base.hierarchy.Hierarchy.Group;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The total is split among its parts in proportion to their forecasts, each of these among its own,
 * down to the bottom series (Athanasopoulos, Ahmed and Hyndman 2009); parts whose forecasts sum to
 * nothing get equal shares.
 */
final class ForecastShares implements Reconciler {
  private final Hierarchy hierarchy;
  private final int[][] children;
  private final int top;

  ForecastShares(Hierarchy hierarchy) {
    this.hierarchy = hierarchy;
    int groups = hierarchy.groups().size();
    List<List<Integer>> parts = new ArrayList<>();
    for (int g = 0; g < groups; g++) {
      parts.add(new ArrayList<>());
    }
    int root = -1;
    for (int node = 0; node < hierarchy.size(); node++) {
      int parent = parent(node);
      if (parent >= 0) {
        parts.get(parent).add(node);
      } else if (root < 0 && node < groups) {
        root = node;
      } else {
        throw new InputException(
            "a hierarchy whose groups are not nested in one total cannot be split by forecasts.");
      }
    }
    this.top = root;
    this.children = new int[groups][];
    Arrays.setAll(children, g -> parts.get(g).stream().mapToInt(i -> i).toArray());
    for (int g = 0; g < groups; g++) {
      int count = 0;
      for (int child : children[g]) {
        count += members(child).length;
      }
      if (count != hierarchy.groups().get(g).members().length) {
        throw new InputException(
            "group %s is not the sum of groups below it, expected nested ones to split by forecasts."
                .formatted(hierarchy.groups().get(g).id()));
      }
    }
  }

  private int[] members(int node) {
    int groups = hierarchy.groups().size();
    return node < groups ? hierarchy.groups().get(node).members() : new int[] {node - groups};
  }

  /** The smallest group that holds a node's members and comes before it; -1 for none. */
  private int parent(int node) {
    int[] members = members(node);
    int best = -1;
    for (int g = 0; g < Math.min(node, hierarchy.groups().size()); g++) {
      Group group = hierarchy.groups().get(g);
      boolean smaller =
          best < 0 || group.members().length <= hierarchy.groups().get(best).members().length;
      if (smaller
          && Arrays.stream(members).allMatch(m -> Arrays.binarySearch(group.members(), m) >= 0)) {
        best = g;
      }
    }
    return best;
  }

  @Override
  public double[] reconcile(double[] base) {
    int groups = hierarchy.groups().size();
    double[] bottom = new double[hierarchy.bottoms().size()];
    double[] values = base.clone();
    // A group comes before all that are in it.
    for (int g = top; g < groups; g++) {
      double sum = 0;
      for (int child : children[g]) {
        sum += base[child];
      }
      for (int child : children[g]) {
        double share = sum == 0 ? 1.0 / children[g].length : base[child] / sum;
        values[child] = values[g] * share;
        if (child >= groups) {
          bottom[child - groups] = values[child];
        }
      }
    }
    return hierarchy.sums(bottom);
  }
}
