package dev.chainrule.core.kernel.cuda;

import static dev.chainrule.core.kernel.cuda.NativeCalls.LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** The part of the driver's interface by which the calls of a stream become one. */
final class Graphs {
  /** Calls that are not of the stream do not disturb a capture. */
  private static final int RELAXED = 2;

  private final Driver driver;
  private final MethodHandle begin;
  private final MethodHandle end;
  private final MethodHandle instantiate;
  private final MethodHandle launch;
  private final MethodHandle destroy;
  private final MethodHandle destroyInstance;

  Graphs(Driver driver, NativeCalls calls) {
    this.driver = driver;
    begin = calls.status("cuStreamBeginCapture_v2", LONG, NativeCalls.INT);
    end = calls.status("cuStreamEndCapture", LONG, LONG);
    instantiate = calls.status("cuGraphInstantiateWithFlags", LONG, LONG, LONG);
    launch = calls.status("cuGraphLaunch", LONG, LONG);
    destroy = calls.status("cuGraphDestroy", LONG);
    destroyInstance = calls.status("cuGraphExecDestroy", LONG);
  }

  /** From here on the stream's calls are kept and not done. */
  void begin(long stream) {
    try {
      driver.check("cuStreamBeginCapture", (int) begin.invokeExact(stream, RELAXED));
    } catch (Throwable e) {
      throw NativeCalls.unexpected(e);
    }
  }

  /** Ends that, and forgets what was kept. */
  void abandon(long stream) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(LONG);
      int status = (int) end.invokeExact(stream, out.address());
      if (status == 0 && out.get(LONG, 0) != 0) {
        driver.check("cuGraphDestroy", (int) destroy.invokeExact(out.get(LONG, 0)));
      }
    } catch (Throwable e) {
      throw NativeCalls.unexpected(e);
    }
  }

  /** What was kept since {@link #begin}, ready to be launched. */
  long end(long stream) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(LONG, 2);
      long exec = out.address() + 8;
      driver.check("cuStreamEndCapture", (int) end.invokeExact(stream, out.address()));
      long graph = out.get(LONG, 0);
      driver.check("cuGraphInstantiate", (int) instantiate.invokeExact(exec, graph, 0L));
      driver.check("cuGraphDestroy", (int) destroy.invokeExact(graph));
      return out.get(LONG, 8);
    } catch (Throwable e) {
      throw NativeCalls.unexpected(e);
    }
  }

  void launch(long instance, long stream) {
    try {
      driver.check("a captured step", (int) launch.invokeExact(instance, stream));
    } catch (Throwable e) {
      throw NativeCalls.unexpected(e);
    }
  }

  void destroy(long instance) {
    try {
      driver.check("cuGraphExecDestroy", (int) destroyInstance.invokeExact(instance));
    } catch (Throwable e) {
      throw NativeCalls.unexpected(e);
    }
  }
}
