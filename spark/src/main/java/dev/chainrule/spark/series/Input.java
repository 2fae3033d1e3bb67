package dev.chainrule.spark.series;

import dev.chainrule.base.InputException;
import dev.chainrule.base.series.Frequency;
import dev.chainrule.base.series.SeriesChunk;
import dev.chainrule.base.series.SeriesFacts;
import dev.chainrule.base.series.SeriesRows;
import dev.chainrule.spark.Cluster;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.Partitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.broadcast.Broadcast;
import org.jspecify.annotations.Nullable;
import scala.Tuple2;

/** Series that lie in parts: files of a folder, or the partitions of a table. */
abstract class Input {
  /** What is done with the rows of a part. */
  interface PartWork<R> extends Serializable {
    R of(int part, SeriesRows rows) throws Exception;
  }

  /** As messages shall name it. */
  abstract String source();

  /** How it is read. */
  abstract Reading reading();

  /**
   * Does work on each part.
   *
   * @param frequency of all parts, null before it is known
   * @return the results in the order of the parts
   */
  abstract <R extends Serializable> JavaRDD<R> parts(
      @Nullable Frequency frequency, PartWork<R> work);

  /** Blocks of whole parts. */
  abstract JavaRDD<BlockSource> together(List<List<Integer>> blocks, Frequency frequency);

  /**
   * A piece of a series on its way.
   *
   * @param place of the series among all
   * @param part that it comes from
   */
  private record Piece(int place, int part, SeriesChunk chunk) implements Serializable {}

  /** What all parts tell. */
  List<SeriesFacts> facts() {
    return parts(null, (part, rows) -> rows.facts()).collect();
  }

  /** What the options say of the step between values; null if the times are to tell it. */
  @Nullable Frequency known() {
    return reading().file(java.nio.file.Path.of(source())).frequency();
  }

  /** The blocks of a plan. */
  JavaRDD<BlockSource> blocks(Plan plan, Frequency frequency, Cluster cluster) {
    List<List<Integer>> parts = plan.parts();
    if (parts != null) {
      return together(parts, frequency);
    }
    Plan.Dealt dealt = plan.dealt();
    if (dealt == null) {
      throw new InputException(source() + ": has no rows, expected series.");
    }
    Broadcast<Plan.Dealt> everywhere = cluster.context().broadcast(dealt);
    JavaPairRDD<Integer, Piece> pieces =
        parts(
                frequency,
                (part, rows) -> {
                  ArrayList<Piece> found = new ArrayList<>();
                  for (SeriesChunk chunk : rows.chunks()) {
                    found.add(new Piece(everywhere.value().place(chunk.id()), part, chunk));
                  }
                  return found;
                })
            .flatMapToPair(found -> Input.keyed(found, everywhere.value()));
    String source = source();
    Reading reading = reading();
    boolean inferred = known() == null;
    return pieces
        .partitionBy(new ByBlock(plan.blocks()))
        .values()
        .mapPartitions(
            found -> {
              List<Piece> all = new ArrayList<>();
              found.forEachRemaining(all::add);
              all.sort(Comparator.comparingInt(Piece::place).thenComparingInt(Piece::part));
              List<SeriesChunk> chunks = new ArrayList<>();
              all.forEach(piece -> chunks.add(piece.chunk));
              BlockSource block = new ChunkBlock(source, reading, frequency, inferred, chunks);
              return List.of(block).iterator();
            });
  }

  private static Iterator<Tuple2<Integer, Piece>> keyed(List<Piece> pieces, Plan.Dealt dealt) {
    return pieces.stream().map(piece -> new Tuple2<>(dealt.block(piece.place), piece)).iterator();
  }

  /** The number of a block is that of its partition. */
  private static final class ByBlock extends Partitioner {
    private static final long serialVersionUID = 1L;
    private final int blocks;

    ByBlock(int blocks) {
      this.blocks = blocks;
    }

    @Override
    public int numPartitions() {
      return blocks;
    }

    @Override
    public int getPartition(Object key) {
      return (Integer) key;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof ByBlock same && same.blocks == blocks;
    }

    @Override
    public int hashCode() {
      return blocks;
    }
  }
}
