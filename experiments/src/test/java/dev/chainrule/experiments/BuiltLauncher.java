package dev.chainrule.experiments;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** The project's launcher after a build whose class path is that of this test. */
final class BuiltLauncher {
  private BuiltLauncher() {}

  /**
   * Makes one; CHAINRULE_JAVA_HOME has to name a JDK 25.
   *
   * @param folder where the script and what its build leaves are put
   * @return the script
   */
  static Path write(Path folder) throws IOException {
    Path launch = Files.createDirectories(folder.resolve("target/launch"));
    Files.writeString(launch.resolve("classpath"), Child.classPath() + "\n");
    Files.writeString(launch.resolve("stamp"), folder.toRealPath() + "\n");
    // Nothing is kept of a class path with folders: that is not to be tried.
    Files.createFile(launch.resolve("start-" + Runtime.version() + ".jsa"));
    Path script =
        Files.copy(ProjectFolder.root().resolve("chainrule"), folder.resolve("chainrule"));
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    return script;
  }
}
