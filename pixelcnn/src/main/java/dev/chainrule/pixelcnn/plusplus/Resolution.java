package dev.chainrule.pixelcnn.plusplus;

import dev.chainrule.core.autograd.Parameters;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The layers of one resolution, those on the way down and those on the way up. */
final class Resolution {
  /** From the finer resolution; null for the finest. */
  final @Nullable NormedConv2d shrinkU;

  final @Nullable NormedConv2d shrinkUl;
  final List<GatedResidualBlock> downU = new ArrayList<>();
  final List<GatedResidualBlock> downUl = new ArrayList<>();
  final List<GatedResidualBlock> upU = new ArrayList<>();
  final List<GatedResidualBlock> upUl = new ArrayList<>();

  /** To the finer resolution; null for the finest. */
  final @Nullable NormedConv2d growU;

  final @Nullable NormedConv2d growUl;

  /** Declares the layers of a resolution, 0 being the finest. */
  Resolution(Parameters parameters, PixelCnnPlusPlusConfig config, int index) {
    int filters = config.numFilters();
    String name = "resolution." + index;
    boolean finest = index == 0;
    shrinkU = finest ? null : shrink(parameters, name + ".shrink_u", filters, true);
    shrinkUl = finest ? null : shrink(parameters, name + ".shrink_ul", filters, false);
    int down = config.numResidualBlocks();
    // On the way up there is one more, for the map that came from the finer resolution; but not
    // at the coarsest, where the last map down is the first one up.
    int up = index == config.numResolutions() - 1 ? down : down + 1;
    for (int i = 0; i < down; i++) {
      downU.add(block(parameters, name + ".down_u." + i, config, true, 0));
      downUl.add(block(parameters, name + ".down_ul." + i, config, false, 1));
    }
    for (int i = 0; i < up; i++) {
      upU.add(block(parameters, name + ".up_u." + i, config, true, 1));
      upUl.add(block(parameters, name + ".up_ul." + i, config, false, 2));
    }
    growU =
        finest ? null : NormedConv2d.up(parameters, name + ".grow_u", filters, PixelCnnPlusPlus.UP);
    growUl =
        finest
            ? null
            : NormedConv2d.up(parameters, name + ".grow_ul", filters, PixelCnnPlusPlus.UP_RIGHT);
  }

  private static NormedConv2d shrink(
      Parameters parameters, String name, int filters, boolean down) {
    return NormedConv2d.of(
        parameters,
        name,
        filters,
        filters,
        (down ? PixelCnnPlusPlus.DOWN : PixelCnnPlusPlus.DOWN_RIGHT).withStride(2));
  }

  private static GatedResidualBlock block(
      Parameters parameters,
      String name,
      PixelCnnPlusPlusConfig config,
      boolean down,
      int numSides) {
    return new GatedResidualBlock(
        parameters,
        name,
        config,
        down ? PixelCnnPlusPlus.DOWN : PixelCnnPlusPlus.DOWN_RIGHT,
        numSides);
  }

  /** From the finer resolution's last maps to this one's; puts all maps on the stack. */
  Streams goDown(Pass pass, Streams last, Deque<Streams> maps) {
    Feature u = last.u();
    Feature ul = last.ul();
    if (shrinkU != null && shrinkUl != null) {
      u = new Feature(shrinkU.forward(pass, u.map(), null));
      ul = new Feature(shrinkUl.forward(pass, ul.map(), null));
      maps.push(new Streams(u, ul));
    }
    for (int i = 0; i < downU.size(); i++) {
      u = downU.get(i).forward(pass, u);
      ul = downUl.get(i).forward(pass, ul, u);
      maps.push(new Streams(u, ul));
    }
    return new Streams(u, ul);
  }

  /** From this resolution's maps to the next finer one's; takes mirrored maps from the stack. */
  Streams goUp(Pass pass, Streams last, Deque<Streams> maps) {
    Feature u = last.u();
    Feature ul = last.ul();
    for (int i = 0; i < upU.size(); i++) {
      Streams mirrored = maps.pop();
      u = upU.get(i).forward(pass, u, mirrored.u());
      ul = upUl.get(i).forward(pass, ul, u, mirrored.ul());
    }
    Streams finer = maps.peek();
    if (growU == null || growUl == null || finer == null) {
      return new Streams(u, ul);
    }
    int height = finer.u().map().value().dim(1);
    int width = finer.u().map().value().dim(2);
    return new Streams(
        new Feature(growU.up(pass, u.map(), height, width)),
        new Feature(growUl.up(pass, ul.map(), height, width)));
  }
}
