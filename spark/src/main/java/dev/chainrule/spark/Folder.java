package dev.chainrule.spark;

import dev.chainrule.base.InputException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkEnv;
import org.apache.spark.deploy.SparkHadoopUtil;

/**
 * A file or a folder on any file system that Hadoop reaches, as every machine of the cluster sees
 * it.
 *
 * @param name as it was given: {@code hdfs://...}, {@code s3a://...}, or a path of the usual file
 *     system
 */
public record Folder(String name) implements Serializable {
  private static final long serialVersionUID = 1L;

  /**
   * A file.
   *
   * @param address for Hadoop
   * @param name for messages
   * @param size in bytes
   */
  public record Entry(String address, String name, long size) implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  private static FileSystem system(Path path) throws IOException {
    return path.getFileSystem(Known.HADOOP);
  }

  /** What the session says of file systems, once a JVM. */
  private static final class Known {
    static final Configuration HADOOP =
        SparkHadoopUtil.get().newConfiguration(SparkEnv.get().conf());
  }

  /** A folder or a file in this one. */
  public Folder resolve(String child) {
    return new Folder(name + "/" + child);
  }

  /**
   * The files in it in the order of their names, without those whose name begins with a dot or an
   * underscore; or it, if it is a file.
   *
   * @throws InputException if there are none
   */
  public List<Entry> files() throws IOException {
    Path path = new Path(name);
    FileStatus[] found;
    try {
      found = system(path).listStatus(path);
    } catch (FileNotFoundException e) {
      throw new InputException(name + ": does not exist, expected a file or a folder of files.", e);
    }
    List<Entry> files = new ArrayList<>();
    for (FileStatus status : found) {
      Path file = status.getPath();
      boolean hidden = file.getName().startsWith("_") || file.getName().startsWith(".");
      if (status.isFile() && !hidden) {
        files.add(new Entry(file.toString(), file.toUri().getPath(), status.getLen()));
      }
    }
    if (files.isEmpty()) {
      throw new InputException(name + ": has no file in it, expected some.");
    }
    files.sort(Comparator.comparing(Entry::address));
    return new ArrayList<>(files);
  }

  /** Opens a file. */
  public InputStream open(Entry entry) throws IOException {
    Path path = new Path(entry.address());
    return system(path).open(path);
  }

  /**
   * Refuses a folder that there is.
   *
   * @throws InputException naming it
   */
  public void requireNew() throws IOException {
    Path path = new Path(name);
    if (system(path).exists(path)) {
      throw new InputException(
          "--out: found %s, which exists; expected a folder that does not.".formatted(name));
    }
  }

  /** Removes it and all that is in it, if it is there. */
  public void delete() throws IOException {
    Path path = new Path(name);
    system(path).delete(path, true);
  }
}
