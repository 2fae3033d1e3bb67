package dev.chainrule.pixelcnn.plusplus;

import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.kernel.Kernels;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a decoder computes at one resolution: the stream of rows a row at a time, the stream of
 * pixels a pixel at a time, at those rows and columns that are multiples of the resolution's
 * stride.
 */
final class ResolutionStep {
  /** Maps of both streams. */
  record Maps(DecodedMap row, DecodedMap pixel) {}

  private final Kernels kernels;
  private final Parameters parameters;
  private final Resolution resolution;
  private final int[] labels;
  private final @Nullable RowConv shrinkRow;
  private final @Nullable PixelConv shrinkPixel;
  private final Maps first;
  private final List<RowBlock> downRows = new ArrayList<>();
  private final List<PixelBlock> downPixels = new ArrayList<>();
  private final List<RowBlock> upRows = new ArrayList<>();
  private final List<PixelBlock> upPixels = new ArrayList<>();
  private @Nullable Growth growth;
  private Maps last;

  /**
   * The way down.
   *
   * @param before the finer resolution's last maps on the way down; the first maps of all at the
   *     finest resolution
   * @param maps all maps so far, which get those of this resolution
   */
  ResolutionStep(
      Kernels kernels,
      Parameters parameters,
      Resolution resolution,
      int[] labels,
      Maps before,
      Deque<Maps> maps) {
    this.kernels = kernels;
    this.parameters = parameters;
    this.resolution = resolution;
    this.labels = labels;
    int streams = labels.length;
    int width = before.row.map().dim(2);
    int filters = before.row.map().dim(3);
    if (resolution.shrinkU == null || resolution.shrinkUl == null) {
      shrinkRow = null;
      shrinkPixel = null;
      first = before;
    } else {
      shrinkRow = new RowConv(kernels, parameters, resolution.shrinkU, streams, width);
      shrinkPixel = new PixelConv(kernels, parameters, resolution.shrinkUl, streams, width);
      first =
          new Maps(
              DecodedMap.row(streams, Math.ceilDiv(width, 2), filters),
              DecodedMap.pixel(streams, filters));
      maps.push(first);
    }
    last = first;
    for (int i = 0; i < resolution.downU.size(); i++) {
      RowBlock row =
          new RowBlock(kernels, parameters, resolution.downU.get(i), labels, last.row, null);
      PixelBlock pixel =
          new PixelBlock(
              kernels,
              parameters,
              resolution.downUl.get(i),
              labels,
              last.pixel,
              row.output(),
              null);
      downRows.add(row);
      downPixels.add(pixel);
      last = new Maps(row.output(), pixel.output());
      maps.push(last);
    }
  }

  /**
   * Adds the way up.
   *
   * @param coarser the next coarser resolution, its way up built; null at the coarsest
   * @param maps all maps of the way down from which none has been taken yet
   */
  void buildUp(@Nullable ResolutionStep coarser, Deque<Maps> maps) {
    Maps from = last;
    NormedConv2d growU = coarser == null ? null : coarser.resolution.growU;
    NormedConv2d growUl = coarser == null ? null : coarser.resolution.growUl;
    if (coarser != null && growU != null && growUl != null) {
      int width = first.row.map().dim(2);
      Maps above = coarser.last;
      growth = new Growth(kernels, parameters, growU, growUl, above.row, above.pixel, width);
      from = new Maps(growth.row(), growth.pixel());
    }
    for (int i = 0; i < resolution.upU.size(); i++) {
      Maps mirrored = maps.pop();
      RowBlock row =
          new RowBlock(kernels, parameters, resolution.upU.get(i), labels, from.row, mirrored.row);
      PixelBlock pixel =
          new PixelBlock(
              kernels,
              parameters,
              resolution.upUl.get(i),
              labels,
              from.pixel,
              row.output(),
              mirrored.pixel);
      upRows.add(row);
      upPixels.add(pixel);
      from = new Maps(row.output(), pixel.output());
    }
    last = from;
  }

  /** The last maps of the way up. */
  Maps last() {
    return last;
  }

  void clear() {
    if (shrinkRow != null && shrinkPixel != null) {
      shrinkRow.clear();
      shrinkPixel.clear();
    }
    downRows.forEach(RowBlock::clear);
    downPixels.forEach(PixelBlock::clear);
    upRows.forEach(RowBlock::clear);
    upPixels.forEach(PixelBlock::clear);
  }

  /** Takes in the row that the finer resolution has computed on the way down. */
  void pushRow(DecodedMap finer) {
    if (shrinkRow != null) {
      shrinkRow.push(finer.map());
    }
  }

  /** The last row of the way down. */
  DecodedMap downRow() {
    return downRows.getLast().output();
  }

  /** The last pixel of the way down. */
  DecodedMap downPixel() {
    return downPixels.getLast().output();
  }

  /** Computes a row of the way down. */
  void goDown() {
    if (shrinkRow != null) {
      first.row.map().copyFrom(shrinkRow.run());
      first.row.activate(kernels);
    }
    for (RowBlock block : downRows) {
      block.run();
    }
  }

  /**
   * Computes a row of the way up, and all that the row's pixels need.
   *
   * @param number of the row at this resolution
   * @param fresh whether the coarser resolution has just computed a row
   */
  void goUp(int number, boolean fresh) {
    if (growth != null) {
      if (fresh) {
        growth.growRow();
      }
      growth.takeRow(number);
    }
    for (RowBlock block : upRows) {
      block.run();
    }
    if (shrinkPixel != null) {
      shrinkPixel.beginRow();
    }
    downPixels.forEach(PixelBlock::beginRow);
    upPixels.forEach(PixelBlock::beginRow);
  }

  /** Takes in the pixel that the finer resolution has computed on the way down. */
  void putPixel(int finerColumn, DecodedMap finer) {
    if (shrinkPixel != null) {
      shrinkPixel.put(finerColumn, finer.map());
    }
  }

  /** Computes a pixel of the way down. */
  void goDown(int column) {
    if (shrinkPixel != null) {
      shrinkPixel.run(column, first.pixel.rows());
      first.pixel.activate(kernels);
    }
    for (PixelBlock block : downPixels) {
      block.run(column);
    }
  }

  /**
   * Computes a pixel of the way up.
   *
   * @param number of the row at this resolution
   * @param fresh whether the coarser resolution has just computed a pixel
   */
  void goUp(int number, int column, boolean fresh) {
    if (growth != null) {
      if (fresh) {
        growth.keepPixel(column / 2);
      }
      growth.growPixel(number, column);
    }
    for (PixelBlock block : upPixels) {
      block.run(column);
    }
  }

  /** The finer resolution has completed a row. */
  void finishFinerRow() {
    if (shrinkPixel != null) {
      shrinkPixel.finishRow();
    }
  }

  /** All pixels of a row have been computed. */
  void finishRow() {
    downPixels.forEach(PixelBlock::finishRow);
    upPixels.forEach(PixelBlock::finishRow);
  }
}
