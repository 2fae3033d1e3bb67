package dev.chainrule.pixelcnn;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.model.Lockstep;

/** Leads a {@link RasterNetwork} over an image, value by value. */
public final class RasterSteps implements Lockstep {
  private final ImageFormat format;
  private final int streams;
  private final RasterNetwork network;
  private final Tensor conditional;
  private Tensor out;
  private int position;

  /** As many streams as the network has. */
  public RasterSteps(ImageFormat format, RasterNetwork network) {
    this.format = format;
    this.network = network;
    streams = network.image().places().dim(0);
    network.clear();
    out = network.pixel(0);
    conditional = Tensor.zeros(DType.FLOAT32, streams, out.dim(1) / format.channels());
  }

  @Override
  public int streams() {
    return streams;
  }

  @Override
  public int capacity() {
    return format.dimensions();
  }

  @Override
  public void reset() {
    position = 0;
    network.clear();
    out = network.pixel(0);
  }

  @Override
  public void feed(Tensor elements) {
    requireRoom();
    int channels = format.channels();
    int column = position / channels % format.width();
    int channel = position % channels;
    RowBuffer row = network.image();
    for (int s = 0; s < streams; s++) {
      long at = (long) s * row.stride() + row.at(column) + channel;
      row.places().set(at, format.scaled(elements.getInt(s)));
    }
    position++;
    if (position == capacity()) {
      return;
    }
    if (channel == channels - 1 && column == format.width() - 1) {
      network.finishRow();
    }
    out = network.pixel(position / channels % format.width());
  }

  @Override
  public Tensor conditional() {
    requireRoom();
    long parameters = conditional.dim(1);
    long channel = position % format.channels() * parameters;
    for (int s = 0; s < streams; s++) {
      conditional.copyFrom(s * parameters, out, (long) s * out.dim(1) + channel, parameters);
    }
    return conditional;
  }

  private void requireRoom() {
    if (position == capacity()) {
      throw new IllegalStateException("all %d elements were fed".formatted(capacity()));
    }
  }
}
