package dev.chainrule.core.array;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Nd4jBackendTest {
  @TempDir private Path folder;

  @Test
  void theProcessorsBackendRuns() {
    assertThat(Nd4jBackend.isCuda()).isFalse();
    assertThat(Nd4jBackend.obstacle()).isNull();
    assertThat(Nd4jBackend.name()).isEqualTo("CpuBackend");
  }

  /**
   * With classes of the names that ND4J's backend for GPUs has, and a library that is not there.
   */
  @Test
  void theBackendForGpusSaysWhatItLacks() throws Exception {
    compile("org.nd4j.linalg.jcublas", "public class JCublasBackend {}");
    compile(
        "org.bytedeco.cuda.global",
        """
        public class cudart {
          static { System.load("/nowhere/libjnicudart.so"); }
        }
        """);
    List<URL> path = new ArrayList<>(List.of(folder.toUri().toURL()));
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      path.add(Path.of(entry).toUri().toURL());
    }
    ClassLoader usual = Thread.currentThread().getContextClassLoader();
    try (URLClassLoader loader =
        new URLClassLoader(path.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
      Thread.currentThread().setContextClassLoader(loader);
      Class<?> backend = loader.loadClass(Nd4jBackend.class.getName());
      assertThat(backend.getMethod("isCuda").invoke(null)).isEqualTo(true);
      assertThat((String) backend.getMethod("obstacle").invoke(null))
          .startsWith("ND4J's backend for GPUs, which this was built with (-Pcuda), cannot start:")
          .contains("/nowhere/libjnicudart.so", "it needs an NVIDIA driver", "CUDA 11.6");
    } finally {
      Thread.currentThread().setContextClassLoader(usual);
    }
  }

  private void compile(String namespace, String source) {
    String name = source.replaceAll("(?s).*class (\\w+).*", "$1");
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    URI uri = URI.create("string:///" + name + ".java");
    JavaFileObject file =
        new SimpleJavaFileObject(uri, JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignored) {
            return "package " + namespace + ";\n" + source;
          }
        };
    List<String> options = List.of("-d", folder.toString(), "-proc:none");
    assertThat(compiler.getTask(null, null, null, options, null, List.of(file)).call()).isTrue();
  }
}
