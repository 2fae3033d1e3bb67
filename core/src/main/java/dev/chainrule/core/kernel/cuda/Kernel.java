package dev.chainrule.core.kernel.cuda;

import java.util.List;

/** One kernel of a kernel text, compiled at its first launch. Belongs to one {@link Gpu}. */
final class Kernel {
  private final Gpu gpu;
  private final String file;
  private final String name;
  private final int group;
  private final List<String> options;
  private long function;

  /**
   * @param file of the kernel text, without its ending
   * @param group threads in a group, as the text says
   * @param options such as {@code -DHS=64}
   */
  Kernel(Gpu gpu, String file, String name, int group, String... options) {
    this.gpu = gpu;
    this.file = file;
    this.name = name;
    this.group = group;
    this.options = List.of(options);
  }

  String name() {
    return name;
  }

  /** Threads in a group. */
  int group() {
    return group;
  }

  /** Begins a launch; its arguments follow, in the order of the kernel text. */
  Launch launch() {
    if (function == 0) {
      function = gpu.function(file, name, options);
    }
    return gpu.launch().begin(this, function);
  }
}
