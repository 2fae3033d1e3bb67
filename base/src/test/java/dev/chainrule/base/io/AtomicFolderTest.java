package dev.chainrule.base.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chainrule.base.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AtomicFolderTest {
  private static final Set<String> NAMES = Set.of("a", "b");

  @TempDir Path parent;

  private AtomicFolder folder(boolean mayExchange) {
    return new AtomicFolder(parent.resolve("run"), NAMES, mayExchange);
  }

  private static AtomicFolder.Writer both(String text) {
    return folder -> {
      Files.writeString(folder.resolve("a"), text);
      Files.writeString(folder.resolve("b"), text);
    };
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void replacesOwnedFilesAndKeepsOthers(boolean mayExchange) throws IOException {
    AtomicFolder folder = folder(mayExchange);
    assertThat(folder.exists()).isFalse();
    folder.replace(both("1"));
    Files.writeString(folder.path().resolve("notes.txt"), "mine");
    Files.createDirectories(folder.path().resolve("samples/deep"));
    folder.replace(x -> Files.writeString(x.resolve("a"), "2"));
    assertThat(folder.path().toFile().list())
        .containsExactlyInAnyOrder("a", "notes.txt", "samples");
    assertThat(folder.path().resolve("a")).hasContent("2");
    assertThat(folder.path().resolve("samples/deep")).isDirectory();
    assertThat(parent.toFile().list()).containsExactly("run");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aFailingWriterLeavesTheFolderAsItWas(boolean mayExchange) throws IOException {
    AtomicFolder folder = folder(mayExchange);
    folder.replace(both("1"));
    AtomicFolder.Writer failing =
        x -> {
          Files.writeString(x.resolve("a"), "2");
          throw new IOException("disk full");
        };
    assertThatThrownBy(() -> folder.replace(failing)).hasMessage("disk full");
    assertThatThrownBy(() -> folder.replace(x -> Files.writeString(x.resolve("c"), "2")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("c is written into");
    assertThat(folder.path().resolve("a")).hasContent("1");
    assertThat(parent.toFile().list()).containsExactly("run");
  }

  @Test
  void theInstantBetweenTwoRenamesIsRecovered() throws IOException {
    AtomicFolder folder = folder(false);
    folder.replace(both("1"));
    Files.writeString(folder.path().resolve("notes.txt"), "mine");
    Files.move(folder.path(), parent.resolve(".run.old"));
    Files.createDirectory(parent.resolve(".run.new"));
    Files.writeString(parent.resolve(".run.new/a"), "2");

    assertThat(folder.exists()).isTrue();
    assertThat(folder.<String>read(x -> Files.readString(x.resolve("b")))).isEqualTo("1");
    folder.replace(both("3"));
    assertThat(folder.path().resolve("notes.txt")).hasContent("mine");
    assertThat(folder.path().resolve("a")).hasContent("3");
    assertThat(parent.toFile().list()).containsExactly("run");
  }

  @Test
  void filesOfTheUserSurviveAKillAfterTheSwap() throws IOException {
    AtomicFolder folder = folder(true);
    folder.replace(both("2"));
    Files.createDirectory(parent.resolve(".run.new"));
    Files.writeString(parent.resolve(".run.new/a"), "1");
    Files.writeString(parent.resolve(".run.new/notes.txt"), "mine");
    folder.replace(both("3"));
    assertThat(folder.path().resolve("a")).hasContent("3");
    assertThat(folder.path().resolve("notes.txt")).hasContent("mine");
    assertThat(parent.toFile().list()).containsExactly("run");
  }

  @Test
  void aReaderThatIsOvertakenReadsAgain() throws IOException {
    AtomicFolder folder = folder(true);
    folder.replace(both("1"));
    int[] calls = {0};
    String text =
        folder.read(
            x -> {
              String a = Files.readString(x.resolve("a"));
              if (calls[0]++ == 0) {
                folder(true).replace(both("2"));
              }
              return a + Files.readString(x.resolve("b"));
            });
    assertThat(text).isEqualTo("22");
    assertThat(calls[0]).isEqualTo(2);
  }

  @Test
  void aMissingFolderIsNamed() {
    assertThatThrownBy(() -> folder(true).read(x -> x)).isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void aFileOrTheCurrentFolderIsRefused() throws IOException {
    Path file = Files.createFile(parent.resolve("file"));
    assertThatThrownBy(() -> new AtomicFolder(file, NAMES))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("is a file");
    AtomicFolder current = new AtomicFolder(Path.of("."), NAMES);
    assertThatThrownBy(() -> current.replace(both("1")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("holds the current folder");
    assertThat(current.<Boolean>read(Files::isDirectory)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aFolderThatCanBeReplacedIsLeftAsItWas(boolean exists) throws IOException {
    AtomicFolder folder = folder(true);
    if (exists) {
      folder.replace(both("1"));
    }
    folder.requireReplaceable();
    assertThat(folder.exists()).isEqualTo(exists);
    assertThat(parent.toFile().list()).hasSize(exists ? 1 : 0);
  }

  @Test
  void aFolderThatCannotBeRenamedIsNamed() throws IOException {
    Path busy = Path.of("/proc/self/task");
    Assumptions.assumeTrue(Files.isDirectory(busy), "no folder that nobody may rename");
    assertThatThrownBy(() -> new AtomicFolder(busy, NAMES).requireReplaceable())
        .isInstanceOf(InputException.class)
        .hasMessageContaining("cannot be renamed to .task.old (");
  }

  @Test
  void aLinkToTheFolderStaysALink() throws IOException {
    AtomicFolder folder = folder(true);
    folder.replace(both("1"));
    Path link = Files.createSymbolicLink(parent.resolve("link"), folder.path());
    new AtomicFolder(link, NAMES).replace(both("2"));
    assertThat(link).isSymbolicLink();
    assertThat(folder.path().resolve("a")).hasContent("2");
  }

  @Test
  void filesOfKilledSavesAreNoFilesOfTheUser() throws IOException {
    AtomicFolder folder = folder(true);
    folder.replace(both("1"));
    Files.writeString(folder.path().resolve(".a.4194303-1.tmp"), "half");
    Files.writeString(folder.path().resolve(".c.4194303-1.tmp"), "mine");
    Files.createDirectory(parent.resolve(".run.new"));
    Files.writeString(parent.resolve(".run.new/.b.4194303-2.tmp"), "half");
    folder.requireReplaceable();
    assertThat(folder.path().toFile().list())
        .containsExactlyInAnyOrder("a", "b", ".c.4194303-1.tmp");
    assertThat(parent.toFile().list()).containsExactly("run");
  }

  @Test
  void aLinkToNothingIsRefused() throws IOException {
    Path link = Files.createSymbolicLink(parent.resolve("run"), Path.of("nowhere"));
    assertThatThrownBy(() -> new AtomicFolder(link, NAMES))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("is a link to nowhere, which does not exist");
  }
}
