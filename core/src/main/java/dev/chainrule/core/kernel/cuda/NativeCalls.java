package dev.chainrule.core.kernel.cuda;

import dev.chainrule.base.InputException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * The functions of one native library. Pointers are passed as 64-bit integers: what they point to
 * is the device's more often than not.
 */
final class NativeCalls {
  static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

  private final String library;
  private final SymbolLookup lookup;

  /**
   * Loads a library.
   *
   * @throws IllegalArgumentException if it cannot be loaded
   */
  NativeCalls(String library) {
    this.library = library;
    this.lookup = SymbolLookup.libraryLookup(library, Arena.global());
  }

  /** A function that returns a status. */
  MethodHandle status(String name, MemoryLayout... arguments) {
    return Linker.nativeLinker().downcallHandle(find(name), FunctionDescriptor.of(INT, arguments));
  }

  /** A function that returns a string that lives on. */
  MethodHandle string(String name, MemoryLayout... arguments) {
    return Linker.nativeLinker()
        .downcallHandle(find(name), FunctionDescriptor.of(ValueLayout.ADDRESS, arguments));
  }

  private MemorySegment find(String name) {
    return lookup
        .find(name)
        .orElseThrow(
            () ->
                new InputException(
                    "%s has no function %s: another version of it is needed"
                        .formatted(library, name)));
  }

  /** For what {@link MethodHandle#invokeExact} declares and a native function cannot throw. */
  static IllegalStateException unexpected(Throwable e) {
    if (e instanceof Error error) {
      throw error;
    }
    if (e instanceof RuntimeException exception) {
      throw exception;
    }
    return new IllegalStateException("a native call failed", e);
  }
}
