package dev.chainrule.pixelcnn.data;

import dev.chainrule.base.io.AtomicFile;
import dev.chainrule.pixelcnn.ImageSampler;
import java.awt.image.BufferedImage;
import java.awt.image.RenderedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageOutputStream;

/** Images in the order in which they were drawn, value by value, as an animated GIF file. */
public final class ImageAnimation {
  private static final String FORMAT = "javax_imageio_gif_image_1.0";

  /** Pictures in an animation, at most, the last one apart. */
  private static final int FRAMES = 60;

  private static final String STEP_HUNDREDTHS = "6";
  private static final String END_HUNDREDTHS = "200";

  private ImageAnimation() {}

  /**
   * Writes an animation, which repeats; the file takes its place when it is whole.
   *
   * @param given the levels of each image before any was drawn, {@link ImageSampler#UNKNOWN} where
   *     they were
   * @param drawn the levels of each image at the end
   */
  public static void write(Path file, List<int[]> given, List<int[]> drawn, ImageGrid.Layout layout)
      throws IOException {
    int size = layout.format().dimensions();
    int frames = Math.min(FRAMES, size);
    ByteArrayOutputStream gif = new ByteArrayOutputStream();
    ImageWriter writer = ImageIO.getImageWritersByFormatName("gif").next();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(gif)) {
      writer.setOutput(out);
      writer.prepareWriteSequence(null);
      for (int frame = 0; frame <= frames; frame++) {
        int known = (int) ((long) size * frame / frames);
        List<int[]> images = upTo(known, given, drawn);
        BufferedImage picture = ImageGrid.draw(images, layout);
        IIOMetadata timing = timing(writer, picture, frame == 0, frame == frames);
        writer.writeToSequence(new IIOImage(picture, null, timing), null);
      }
      writer.endWriteSequence();
    } finally {
      writer.dispose();
    }
    AtomicFile.writeBytes(file, gif.toByteArray());
  }

  /** The images when so many values of each were known. */
  private static List<int[]> upTo(int known, List<int[]> given, List<int[]> drawn) {
    int[][] images = new int[drawn.size()][];
    Arrays.setAll(
        images,
        n -> {
          int[] image = given.get(n).clone();
          System.arraycopy(drawn.get(n), 0, image, 0, known);
          return image;
        });
    return List.of(images);
  }

  private static IIOMetadata timing(
      ImageWriter writer, RenderedImage picture, boolean first, boolean last) throws IOException {
    IIOMetadata metadata =
        writer.getDefaultImageMetadata(
            ImageTypeSpecifier.createFromRenderedImage(picture), writer.getDefaultWriteParam());
    IIOMetadataNode root = (IIOMetadataNode) metadata.getAsTree(FORMAT);
    IIOMetadataNode control = child(root, "GraphicControlExtension");
    control.setAttribute("disposalMethod", "none");
    control.setAttribute("userInputFlag", "FALSE");
    control.setAttribute("transparentColorFlag", "FALSE");
    control.setAttribute("transparentColorIndex", "0");
    control.setAttribute("delayTime", last ? END_HUNDREDTHS : STEP_HUNDREDTHS);
    if (first) {
      IIOMetadataNode loop = new IIOMetadataNode("ApplicationExtension");
      loop.setAttribute("applicationID", "NETSCAPE");
      loop.setAttribute("authenticationCode", "2.0");
      // Sub-block 1, repeated without end.
      loop.setUserObject(new byte[] {1, 0, 0});
      child(root, "ApplicationExtensions").appendChild(loop);
    }
    metadata.setFromTree(FORMAT, root);
    return metadata;
  }

  private static IIOMetadataNode child(IIOMetadataNode root, String name) {
    for (int i = 0; i < root.getLength(); i++) {
      if (root.item(i).getNodeName().equals(name)) {
        return (IIOMetadataNode) root.item(i);
      }
    }
    IIOMetadataNode node = new IIOMetadataNode(name);
    root.appendChild(node);
    return node;
  }
}
