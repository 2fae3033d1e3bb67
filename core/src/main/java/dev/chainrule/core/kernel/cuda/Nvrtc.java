package dev.chainrule.core.kernel.cuda;

import static dev.chainrule.core.kernel.cuda.NativeCalls.INT;
import static dev.chainrule.core.kernel.cuda.NativeCalls.LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** NVIDIA's run-time compiler: CUDA C in, machine code for one architecture out. Needs no GPU. */
final class Nvrtc {
  private final NativeCalls calls;
  private final String version;

  /**
   * What the compiler made.
   *
   * @param log what it says of registers and memory, where asked
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Compiled(byte[] cubin, String log) {}

  Nvrtc(String library) {
    calls = new NativeCalls(library);
    MethodHandle get = calls.status("nvrtcVersion", LONG, LONG);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(INT, 2);
      check((int) get.invokeExact(out.address(), out.address() + 4), "nvrtcVersion", "");
      version = out.get(INT, 0) + "." + out.get(INT, 4);
    } catch (Throwable e) {
      throw NativeCalls.unexpected(e);
    }
  }

  /** For instance "12.9". */
  String version() {
    return version;
  }

  /**
   * Compiles a source.
   *
   * @param name what messages call it
   * @param options such as {@code --gpu-architecture=sm_90}
   */
  Compiled compile(String name, String source, List<String> options) {
    MethodHandle create = calls.status("nvrtcCreateProgram", LONG, LONG, LONG, INT, LONG, LONG);
    MethodHandle compile = calls.status("nvrtcCompileProgram", LONG, INT, LONG);
    MethodHandle destroy = calls.status("nvrtcDestroyProgram", LONG);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment handle = arena.allocate(LONG);
      long text = arena.allocateFrom(source).address();
      long called = arena.allocateFrom(name).address();
      int status = (int) create.invokeExact(handle.address(), text, called, 0, 0L, 0L);
      check(status, name, "");
      long program = handle.get(LONG, 0);
      MemorySegment list = arena.allocate(LONG, Math.max(1, options.size()));
      for (int i = 0; i < options.size(); i++) {
        list.setAtIndex(LONG, i, arena.allocateFrom(options.get(i)).address());
      }
      status = (int) compile.invokeExact(program, options.size(), list.address());
      byte[] bytes = bytes(arena, "nvrtcGetProgramLog", program);
      String log = new String(bytes, StandardCharsets.UTF_8).replace("\0", "").strip();
      check(status, name, log);
      byte[] cubin = bytes(arena, "nvrtcGetCUBIN", program);
      check((int) destroy.invokeExact(handle.address()), name, "");
      return new Compiled(cubin, log);
    } catch (Throwable e) {
      throw NativeCalls.unexpected(e);
    }
  }

  private byte[] bytes(Arena arena, String function, long program) throws Throwable {
    MethodHandle size = calls.status(function + "Size", LONG, LONG);
    MethodHandle get = calls.status(function, LONG, LONG);
    MemorySegment count = arena.allocate(LONG);
    check((int) size.invokeExact(program, count.address()), function, "");
    MemorySegment to = arena.allocate(Math.max(1, count.get(LONG, 0)));
    check((int) get.invokeExact(program, to.address()), function, "");
    return to.asSlice(0, count.get(LONG, 0)).toArray(ValueLayout.JAVA_BYTE);
  }

  private static void check(int status, String what, String log) {
    if (status != 0) {
      throw new CudaException(
          status, "NVRTC failed with status %d at %s: %s".formatted(status, what, log));
    }
  }
}
