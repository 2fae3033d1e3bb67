package dev.chainrule.experiments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * The launcher script in a project folder made for the test, whose name has a space, with a JDK and
 * a Maven that only write down how they were called.
 */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {
  @TempDir Path temporary;
  private Path project;
  private Path jdk;
  private Path tools;

  private record Ended(int exitCode, String out, String err) {}

  @BeforeEach
  void makeProject() throws IOException {
    project = Files.createDirectories(temporary.resolve("my project"));
    jdk = temporary.resolve("jdk 25");
    tools = Files.createDirectories(temporary.resolve("tools"));
    script(
        project.resolve("chainrule"), Files.readString(ProjectFolder.root().resolve("chainrule")));
    write(project.resolve("pom.xml"), "<project/>");
    write(project.resolve("core/src/main/java/A.java"), "class A {}");
    write(jdk.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"25.0.1\"\n");
    script(jdk.resolve("bin/javac"), "#!/bin/sh\n");
    script(
        jdk.resolve("bin/java"),
        """
        #!/bin/sh
        for argument in "$@"; do
          case $argument in
            -XX:ArchiveClassesAtExit=*)
              echo "$@" >>rehearsals
              echo "noise of the rehearsal"
              if [ "${REHEARSAL_EXIT:-0}" = 0 ]; then echo cache >"${argument#*=}"; fi
              exit "${REHEARSAL_EXIT:-0}"
              ;;
          esac
        done
        echo "spin=$GOMP_SPINCOUNT core=$OPENBLAS_CORETYPE"
        for argument in "$@"; do echo "<$argument>"; done
        exit ${JAVA_EXIT:-0}
        """);
    Files.copy(jdk.resolve("bin/java"), jdk.resolve("bin/jshell"));
    script(
        tools.resolve("mvn"),
        """
        #!/bin/sh
        echo "$@" >>mvn.calls
        echo "noise of the build"
        sleep ${MVN_SECONDS:-0}
        mkdir -p experiments/target/quick core/target/quick
        echo experiments >experiments/target/quick/chainrule.jar
        echo core >core/target/quick/core-1.jar
        printf '%s' "$PWD/core/target/quick/core-1.jar:/elsewhere/lib.jar" >experiments/target/quick/classpath.txt
        exit ${MVN_EXIT:-0}
        """);
    Files.setLastModifiedTime(
        project.resolve("pom.xml"), FileTime.from(Instant.now().minusSeconds(60)));
  }

  @Test
  void theFirstLaunchBuildsAndLaterOnesDoNot() throws Exception {
    Ended first = launch(Map.of(), "text", "train");
    assertThat(first.exitCode()).as(first.err()).isZero();
    assertThat(first.err()).contains("building").doesNotContain("noise of the build");
    assertThat(first.out())
        .contains("<--enable-native-access=ALL-UNNAMED>")
        .contains("/chainrule.jar:")
        .contains("/core-1.jar:/elsewhere/lib.jar>")
        .endsWith("<dev.chainrule.experiments.Main>\n<text>\n<train>\n");
    Ended second = launch(Map.of(), "--help");
    assertThat(second.err()).isEmpty();
    assertThat(builds()).isEqualTo(1);
  }

  @Test
  void whatIsRehearsedAfterTheBuildIsUsed() throws Exception {
    Path kept = project.toRealPath().resolve("target/launch/start-25.0.1.jsa");
    Ended first = launch(Map.of(), "text");
    assertThat(first.err()).doesNotContain("noise of the rehearsal");
    assertThat(first.out()).contains("<-XX:SharedArchiveFile=" + kept + ">");
    assertThat(Files.readString(kept)).isEqualTo("cache\n");
    assertThat(launch(Map.of(), "text").out()).contains("<-XX:SharedArchiveFile=" + kept + ">");
    assertThat(rehearsals())
        .singleElement(InstanceOfAssertFactories.STRING)
        .contains("-cp " + kept.resolveSibling("chainrule.jar") + ":")
        .endsWith(" dev.chainrule.experiments.Rehearsal");
  }

  @Test
  void anotherJdkRehearsesOnceMore() throws Exception {
    launch(Map.of());
    write(
        jdk.resolve("release"), "JAVA_RUNTIME_VERSION=\"25.0.2+9-LTS\"\nJAVA_VERSION=\"25.0.2\"\n");
    for (int i = 0; i < 2; i++) {
      assertThat(launch(Map.of()).out()).contains("/target/launch/start-25.0.2+9-LTS.jsa>");
    }
    assertThat(rehearsals()).hasSize(2);
    assertThat(builds()).isEqualTo(1);
  }

  @Test
  void aRehearsalThatFailsIsSaidOnceAndTriedAfterTheNextBuild() throws Exception {
    Ended failed = launch(Map.of("REHEARSAL_EXIT", "1"), "x");
    assertThat(failed.exitCode()).isZero();
    assertThat(failed.err()).contains("the JVM kept nothing of a rehearsal");
    assertThat(failed.out()).doesNotContain("SharedArchiveFile").endsWith("<x>\n");
    Ended next = launch(Map.of(), "x");
    assertThat(next.err()).isEmpty();
    assertThat(next.out()).doesNotContain("SharedArchiveFile");
    assertThat(rehearsals()).hasSize(1);
    Files.setLastModifiedTime(
        project.resolve("core/src/main/java/A.java"), FileTime.from(Instant.now().plusSeconds(5)));
    assertThat(launch(Map.of()).out()).contains("<-XX:SharedArchiveFile=");
  }

  @Test
  void aFolderThatCannotBeWrittenIsStartedFrom() throws Exception {
    launch(Map.of());
    Path launch = project.resolve("target/launch");
    Files.delete(launch.resolve("start-25.0.1.jsa"));
    Files.setPosixFilePermissions(launch, PosixFilePermissions.fromString("r-xr-xr-x"));
    try {
      assumeThat(Files.isWritable(launch)).isFalse();
      Ended ended = launch(Map.of(), "x");
      assertThat(ended.err()).isEmpty();
      assertThat(ended.out()).doesNotContain("SharedArchiveFile").endsWith("<x>\n");
    } finally {
      Files.setPosixFilePermissions(launch, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }

  @Test
  void aNewerSourceIsBuilt() throws Exception {
    launch(Map.of());
    Files.setLastModifiedTime(
        project.resolve("core/src/main/java/A.java"), FileTime.from(Instant.now().plusSeconds(5)));
    launch(Map.of());
    assertThat(builds()).isEqualTo(2);
  }

  @Test
  void aProjectThatWasMovedIsBuiltAgain() throws Exception {
    launch(Map.of());
    Path moved = temporary.resolve("moved");
    Files.move(project, moved);
    project = moved;
    Ended ended = launch(Map.of());
    assertThat(ended.out()).contains(moved + "/target/launch/core-1.jar");
    assertThat(builds()).isEqualTo(2);
  }

  @Test
  void launchesAtTheSameTimeBuildOnce() throws Exception {
    List<Process> launches = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      launches.add(start(Map.of("MVN_SECONDS", "0.5"), project.resolve("chainrule"), "x" + i));
    }
    for (Process launch : launches) {
      assertThat(launch.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(launch.exitValue()).isZero();
    }
    assertThat(builds()).isEqualTo(1);
  }

  @Test
  void aFailingBuildShowsItsOutputAndIsTriedAgain() throws Exception {
    Ended failed = launch(Map.of("MVN_EXIT", "1"));
    assertThat(failed.exitCode()).isEqualTo(1);
    assertThat(failed.err()).contains("noise of the build").contains("the build failed");
    assertThat(failed.out()).isEmpty();
    assertThat(launch(Map.of()).exitCode()).isZero();
    assertThat(builds()).isEqualTo(2);
  }

  @Test
  void theExitCodeIsTheJvmsAndArgumentsAreHandedOnWhole() throws Exception {
    Ended ended = launch(Map.of("JAVA_EXIT", "37"), "--prompt", "to be  or*", "");
    assertThat(ended.exitCode()).isEqualTo(37);
    assertThat(ended.out()).endsWith("<--prompt>\n<to be  or*>\n<>\n");
  }

  @Test
  void whatOnlyPrintsIsStartedForThatAlone() throws Exception {
    launch(Map.of());
    String few = "<-XX:TieredStopAtLevel=1>\n<-XX:+UseSerialGC>";
    for (String[] line :
        new String[][] {{}, {"--help"}, {"text", "train", "-h"}, {"--version"}, {"completion"}}) {
      assertThat(launch(Map.of(), line).out()).as(String.join(" ", line)).contains(few);
    }
    assertThat(launch(Map.of(), "text", "train").out()).doesNotContain("TieredStopAtLevel");
    Map<String, String> collector = Map.of("CHAINRULE_JAVA_OPTS", "-XX:+UseParallelGC");
    assertThat(launch(collector, "--help").out())
        .contains("<-XX:+UseParallelGC>")
        .doesNotContain("UseSerialGC");
    Ended program = launch(Map.of(), "java", "A.java", "--help");
    assertThat(program.out()).doesNotContain("TieredStopAtLevel");
  }

  @Test
  void itCanBeCalledThroughSymbolicLinks() throws Exception {
    Path one = Files.createSymbolicLink(temporary.resolve("one"), project.resolve("chainrule"));
    Path two = Files.createSymbolicLink(tools.resolve("two"), Path.of("../" + one.getFileName()));
    Process process = start(Map.of(), two, "x");
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
  }

  @Test
  void aFolderThatIsNoJdk25IsRefusedInOneSentence() throws Exception {
    write(jdk.resolve("release"), "JAVA_VERSION=\"17.0.2\"\n");
    Ended ended = launch(Map.of());
    assertThat(ended.exitCode()).isEqualTo(1);
    assertThat(ended.err().lines()).hasSize(1);
    assertThat(ended.err()).contains("CHAINRULE_JAVA_HOME").contains(jdk.toString());
  }

  @Test
  void theEnvironmentOfTheLibrariesIsSetUnlessTheUserHasSetIt() throws Exception {
    assertThat(launch(Map.of()).out()).contains("spin=0 ");
    Ended chosen = launch(Map.of("GOMP_SPINCOUNT", "9", "CHAINRULE_OPENBLAS_CORETYPE", "Zen"));
    assertThat(chosen.out()).contains("spin=9 core=Zen");
  }

  @Test
  void theBuildIsTheOneWithoutChecks() throws Exception {
    launch(Map.of());
    assertThat(Files.readString(project.resolve("mvn.calls"))).endsWith(" package -Dquick\n");
  }

  @Test
  void theClassPathIsPrintedAlone() throws Exception {
    Ended ended = launch(Map.of("CHAINRULE_CLASSPATH", "mine.jar:more"), "classpath");
    Path built = project.toRealPath().resolve("target/launch");
    assertThat(ended.out())
        .isEqualTo(
            built.resolve("chainrule.jar")
                + ":"
                + built.resolve("core-1.jar")
                + ":/elsewhere/lib.jar:mine.jar:more\n");
    Ended refused = launch(Map.of(), "classpath", "x");
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err()).isEqualTo("chainrule: classpath stands alone, found 'x' after it.\n");
  }

  @Test
  void aProgramIsRunWithTheFlagsAndTheClassPath() throws Exception {
    launch(Map.of());
    Ended ended = launch(Map.of("JAVA_EXIT", "3"), "java", "My Program.java", "*", "a b");
    assertThat(ended.exitCode()).isEqualTo(3);
    assertThat(ended.out())
        .contains("spin=0")
        .contains("<--add-modules>\n<jdk.incubator.vector>\n<--enable-native-access=ALL-UNNAMED>")
        .contains("<-cp>\n<" + project.toRealPath())
        .endsWith("/elsewhere/lib.jar>\n<My Program.java>\n<*>\n<a b>\n");
    Ended without = launch(Map.of(), "java");
    assertThat(without.exitCode()).isEqualTo(2);
    assertThat(without.err()).startsWith("chainrule: java is told no program");
  }

  @Test
  void theShellAndTheJvmBehindItGetTheFlags() throws Exception {
    Ended ended = launch(Map.of("CHAINRULE_JAVA_OPTS", "-Xmx1g -Da=*"), "jshell", "-s", "a b.jsh");
    assertThat(ended.out())
        .contains("<--add-modules>\n<jdk.incubator.vector>\n<--class-path>\n<")
        .contains("<-R--add-modules>\n<-Rjdk.incubator.vector>\n<-R--enable-native-access=")
        .contains("<-R-Xmx1g>\n<-R-Da=*>\n")
        .endsWith("<-s>\n<a b.jsh>\n");
  }

  @Test
  void theFlagsOfTheJvmAreThoseOfThePom() throws IOException {
    String pom = Files.readString(ProjectFolder.root().resolve("pom.xml"));
    String flags = pom.split("<jvm.flags>")[1].split("</jvm.flags>")[0];
    String launcher =
        Files.readString(ProjectFolder.root().resolve("chainrule")).replaceAll("\\\\\n\\s*", "");
    assertThat(launcher).contains(flags);
  }

  private Ended launch(Map<String, String> environment, String... args) throws Exception {
    Process process = start(environment, project.resolve("chainrule"), args);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return new Ended(
        process.exitValue(),
        Files.readString(temporary.resolve("out")),
        Files.readString(temporary.resolve("err")));
  }

  private Process start(Map<String, String> environment, Path launcher, String... args)
      throws IOException {
    List<String> command = new ArrayList<>(List.of(launcher.toString()));
    command.addAll(List.of(args));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(temporary.toFile())
            .redirectOutput(temporary.resolve("out").toFile())
            .redirectError(temporary.resolve("err").toFile());
    Map<String, String> variables = builder.environment();
    List.of("GOMP_SPINCOUNT", "OPENBLAS_CORETYPE", "CHAINRULE_JAVA_OPTS", "CHAINRULE_CLASSPATH")
        .forEach(variables::remove);
    variables.put("CHAINRULE_JAVA_HOME", jdk.toString());
    variables.put("PATH", tools + ":" + System.getenv("PATH"));
    variables.putAll(environment);
    return builder.start();
  }

  private int builds() throws IOException {
    return Files.readAllLines(project.resolve("mvn.calls")).size();
  }

  /** How the JVM was called to rehearse, a line a call. */
  private List<String> rehearsals() throws IOException {
    return Files.readAllLines(temporary.resolve("rehearsals"));
  }

  private static void write(Path file, String content) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }

  private static void script(Path file, String content) throws IOException {
    write(file, content);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
