package dev.chainrule.experiments.doctor;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;

/**
 * A graphics processor that NVIDIA's driver sees.
 *
 * @param name its name
 * @param computeCapability for instance {@code 9.0}
 * @param memoryBytes size of its memory
 */
public record Gpu(String name, String computeCapability, long memoryBytes) {
  private static final int SUCCESS = 0;
  private static final int MAJOR = 75;
  private static final int MINOR = 76;
  private static final int NAME_LENGTH = 256;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;

  /** All of them; none where there is no driver. */
  public static List<Gpu> list() {
    String library =
        System.getProperty("os.name").startsWith("Windows") ? "nvcuda.dll" : "libcuda.so.1";
    try (Arena arena = Arena.ofConfined()) {
      return list(new Driver(SymbolLookup.libraryLookup(library, arena)), arena);
    } catch (IllegalArgumentException noDriver) {
      return List.of();
    }
  }

  private static List<Gpu> list(Driver driver, Arena arena) {
    MemorySegment count = arena.allocate(INT);
    if (driver.call("cuInit", 0) != SUCCESS || driver.call("cuDeviceGetCount", count) != SUCCESS) {
      return List.of();
    }
    List<Gpu> gpus = new ArrayList<>();
    for (int ordinal = 0; ordinal < count.get(INT, 0); ordinal++) {
      MemorySegment device = arena.allocate(INT);
      if (driver.call("cuDeviceGet", device, ordinal) != SUCCESS) {
        continue;
      }
      int handle = device.get(INT, 0);
      MemorySegment name = arena.allocate(NAME_LENGTH);
      driver.call("cuDeviceGetName", name, NAME_LENGTH, handle);
      MemorySegment bytes = arena.allocate(ValueLayout.JAVA_LONG);
      driver.call("cuDeviceTotalMem_v2", bytes, handle);
      MemorySegment major = arena.allocate(INT);
      driver.call("cuDeviceGetAttribute", major, MAJOR, handle);
      MemorySegment minor = arena.allocate(INT);
      driver.call("cuDeviceGetAttribute", minor, MINOR, handle);
      gpus.add(
          new Gpu(
              name.getString(0),
              major.get(INT, 0) + "." + minor.get(INT, 0),
              bytes.get(ValueLayout.JAVA_LONG, 0)));
    }
    return gpus;
  }

  /** NVIDIA's driver API: functions of pointers and ints that return an error number. */
  private record Driver(SymbolLookup library) {
    int call(String function, Object... arguments) {
      FunctionDescriptor signature = FunctionDescriptor.of(INT);
      for (Object argument : arguments) {
        signature =
            signature.appendArgumentLayouts(
                argument instanceof MemorySegment ? ValueLayout.ADDRESS : INT);
      }
      MethodHandle handle =
          Linker.nativeLinker().downcallHandle(library.findOrThrow(function), signature);
      try {
        return (int) handle.invokeWithArguments(arguments);
      } catch (Throwable e) {
        throw new IllegalStateException(function + " failed", e);
      }
    }
  }
}
