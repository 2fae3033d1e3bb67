package dev.chainrule.base.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chainrule.base.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderLockTest {
  @TempDir Path parent;

  @Test
  void oneRunAtATimeHasAFolder() throws IOException {
    Path run = parent.resolve("runs/a");
    try (FolderLock held = FolderLock.take(run)) {
      assertThat(held).isNotNull();
      assertRefused(run);
      assertRefused(parent.resolve("runs/b/../a"));
      FolderLock.take(parent.resolve("runs/b")).close();
    }
    FolderLock.take(run).close();
    assertThat(parent.resolve("runs").toFile().list()).isEmpty();
  }

  @Test
  void aLinkIsTheFolderItLeadsTo() throws IOException {
    Path run = Files.createDirectory(parent.resolve("a"));
    Path link = Files.createSymbolicLink(parent.resolve("link"), run);
    try (FolderLock held = FolderLock.take(run)) {
      assertThat(held).isNotNull();
      assertRefused(link);
    }
  }

  @Test
  void theLockOfAnotherProcessHoldsUntilItIsKilled() throws Exception {
    Path run = parent.resolve("a");
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                FolderLockTest.class.getName(),
                run.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      assertThat(other.getInputStream().read()).isEqualTo('.');
      assertRefused(run);
    } finally {
      other.destroyForcibly();
      assertThat(other.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(parent.resolve(".a.lock")).exists();
    FolderLock.take(run).close();
    assertThat(parent.toFile().list()).isEmpty();
  }

  private static void assertRefused(Path folder) {
    assertThatThrownBy(() -> FolderLock.take(folder))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(folder + ": another run is writing there");
  }

  /** Takes the lock and holds it for ever. */
  public static void main(String[] args) throws Exception {
    try (FolderLock held = FolderLock.take(Path.of(args[0]))) {
      System.out.print(".");
      System.out.flush();
      TimeUnit.DAYS.sleep(held.hashCode() == 0 ? 2 : 1);
    }
  }
}
