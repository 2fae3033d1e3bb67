package dev.chainrule.experiments;

import dev.chainrule.core.gguf.GgufWriter;
import dev.chainrule.core.quant.BlockFormat;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;

/** The files that stand in for those of the reader of a page, and small parts of public sets. */
final class PageFiles {
  private static final int DAYS = 60;
  private static final int AHEAD = 14;

  private PageFiles() {}

  /** DIR, PHOTOS and half.png; sales.csv, plan.csv and holidays.csv; model.gguf. */
  static void write(Path folder) throws IOException {
    SmallImages.write(folder.resolve("DIR"), 12, 8);
    Path photos = Files.createDirectories(folder.resolve("PHOTOS"));
    for (String name : List.of("NAME", "coffee", "other")) {
      ImageIO.write(
          SmallImages.image(name.length(), 32), "png", photos.resolve(name + ".png").toFile());
    }
    ImageIO.write(SmallImages.image(1, 28), "png", folder.resolve("half.png").toFile());
    StringBuilder sales =
        new StringBuilder("unique_id,ds,y,price,promotion,visitors,area,town,kind\n");
    StringBuilder plan = new StringBuilder("unique_id,ds,price,promotion\n");
    for (String shop : List.of("a", "b")) {
      for (int day = 0; day < DAYS + AHEAD; day++) {
        LocalDate date = LocalDate.of(2024, 1, 1).plusDays(day);
        String known = (5 + day % 3) + "," + (day % 7 == 0 ? 1 : 0);
        if (day < DAYS) {
          int value = 20 + day % 7;
          sales.append(
              "%s,%s,%d,%s,%d,%d,north,corner%n"
                  .formatted(shop, date, value, known, 3 * value, 100));
        } else {
          plan.append("%s,%s,%s%n".formatted(shop, date, known));
        }
      }
    }
    Files.writeString(folder.resolve("sales.csv"), sales);
    Files.writeString(folder.resolve("plan.csv"), plan);
    Files.writeString(folder.resolve("holidays.csv"), "2024-01-01\n2024-03-10\n");
    new GgufWriter()
        .set("general.architecture", "llama")
        .add("token_embd.weight", BlockFormat.F16, new long[] {3, 256}, (from, to, n) -> to[0] = 1)
        .add("output_norm.weight", BlockFormat.F32, new long[] {256}, (from, to, n) -> to[0] = 1)
        .write(folder.resolve("model.gguf"));
  }

  /**
   * Writes small parts of the public sets that the pages use, under the same names.
   *
   * @param from the folder that CHAINRULE_DATA names
   */
  static void cut(Path from, Path to) throws IOException {
    // Known by its size, hence whole.
    Files.createSymbolicLink(
        Files.createDirectories(to).resolve("tinyshakespeare.txt"),
        from.resolve("tinyshakespeare.txt"));
    for (String part : List.of("train", "t10k")) {
      if (Files.exists(from.resolve("mnist/" + part + "-images-idx3-ubyte.gz"))) {
        idx(from, to, "mnist/" + part + "-images-idx3-ubyte.gz", 16, 28 * 28);
        idx(from, to, "mnist/" + part + "-labels-idx1-ubyte.gz", 8, 1);
      }
    }
    lines(from, to, "m4/Hourly-train.csv.gz", 4);
    lines(from, to, "m4/Hourly-test.csv.gz", 4);
    lines(from, to, "series/exchange_rate.txt.gz", Integer.MAX_VALUE);
    lines(from, to, "series/carparts.csv.gz", 1_100 * 51 + 1);
    Files.createSymbolicLink(
        Files.createDirectories(to.resolve("models")).resolve("stories260K"),
        from.resolve("models/stories260K"));
    Path recordings = Files.createDirectories(to.resolve("fsdd/recordings"));
    for (String name : List.of("3_theo_0", "3_theo_5", "7_theo_5", "3_jackson_5", "7_jackson_0")) {
      Path clip = Path.of("fsdd/recordings", name + ".wav");
      Files.createSymbolicLink(recordings.resolve(name + ".wav"), from.resolve(clip));
    }
  }

  /** The first lines of a compressed text. */
  private static void lines(Path from, Path to, String name, int count) throws IOException {
    StringBuilder text = new StringBuilder();
    new String(unpacked(from.resolve(name)), java.nio.charset.StandardCharsets.UTF_8)
        .lines()
        .limit(count)
        .forEach(line -> text.append(line).append('\n'));
    pack(to.resolve(name), text.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  /** The first records of an IDX file, with their number in its header. */
  private static void idx(Path from, Path to, String name, int header, int record)
      throws IOException {
    int count = 16;
    byte[] bytes = new byte[header + count * record];
    try (InputStream in =
        new DataInputStream(new ByteArrayInputStream(unpacked(from.resolve(name))))) {
      in.readNBytes(bytes, 0, bytes.length);
    }
    ByteBuffer.wrap(bytes).putInt(4, count);
    pack(to.resolve(name), bytes);
  }

  private static byte[] unpacked(Path file) throws IOException {
    try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
      return in.readAllBytes();
    }
  }

  private static void pack(Path file, byte[] bytes) throws IOException {
    Files.createDirectories(file.getParent());
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(bytes);
    }
  }
}
