package dev.chainrule.core.kernel.cuda;

import static dev.chainrule.core.kernel.cuda.NativeCalls.INT;
import static dev.chainrule.core.kernel.cuda.NativeCalls.LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * CuBLASLt's matrix products. A plan is a product of certain sizes with the algorithm that the
 * library's heuristic chose for it; making one takes microseconds to milliseconds, running it is
 * one call.
 */
final class CublasLt {
  /** Numbers of the library's enumerations. */
  static final int REAL_32F = 0;

  static final int REAL_16BF = 14;
  static final int COMPUTE_32F = 68;
  static final int COMPUTE_32F_FAST_TF32 = 77;
  private static final int DESC_TRANSA = 3;
  private static final int DESC_TRANSB = 4;
  private static final int DESC_EPILOGUE = 7;
  private static final int DESC_BIAS_POINTER = 8;
  private static final int DESC_BIAS_TYPE = 26;
  private static final int EPILOGUE_BIAS = 4;
  private static final int PREFERENCE_WORKSPACE = 1;
  private static final int PREFERENCE_ALIGNMENT_A = 5;

  /** There is no algorithm for a shape. */
  static final int NOT_SUPPORTED = 15;

  private static final int ALGORITHM_BYTES = 64;
  private static final int RESULT_BYTES = 96;

  private final MethodHandle matmul;
  private final MethodHandle setDescription;
  private final MethodHandle createDescription;
  private final MethodHandle createLayout;
  private final MethodHandle createPreference;
  private final MethodHandle setPreference;
  private final MethodHandle heuristic;
  private final MethodHandle create;
  private final String library;

  CublasLt(String library) {
    this.library = library;
    NativeCalls calls = new NativeCalls(library);
    create = calls.status("cublasLtCreate", LONG);
    createDescription = calls.status("cublasLtMatmulDescCreate", LONG, INT, INT);
    setDescription = calls.status("cublasLtMatmulDescSetAttribute", LONG, INT, LONG, LONG);
    createLayout = calls.status("cublasLtMatrixLayoutCreate", LONG, INT, LONG, LONG, LONG);
    createPreference = calls.status("cublasLtMatmulPreferenceCreate", LONG);
    setPreference = calls.status("cublasLtMatmulPreferenceSetAttribute", LONG, INT, LONG, LONG);
    heuristic =
        calls.status(
            "cublasLtMatmulAlgoGetHeuristic",
            LONG,
            LONG,
            LONG,
            LONG,
            LONG,
            LONG,
            LONG,
            INT,
            LONG,
            LONG);
    matmul =
        calls.status(
            "cublasLtMatmul",
            LONG,
            LONG,
            LONG,
            LONG,
            LONG,
            LONG,
            LONG,
            LONG,
            LONG,
            LONG,
            LONG,
            LONG,
            LONG,
            LONG,
            LONG,
            LONG);
  }

  /** Where the library was found. */
  String library() {
    return library;
  }

  /** A handle for the context that is current on the calling thread. */
  long createHandle() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(LONG);
      check("cublasLtCreate", (int) create.invokeExact(out.address()));
      return out.get(LONG, 0);
    } catch (Throwable e) {
      throw NativeCalls.unexpected(e);
    }
  }

  /**
   * A product in the library's terms, column-major: {@code D [m, n] = op(A) op(B) + C}.
   *
   * @param type of A and B; C and D are float32
   * @param alignments of the four pointers, powers of two
   */
  record Shape(
      int type,
      int compute,
      boolean transposeA,
      boolean transposeB,
      long m,
      long n,
      long k,
      Leading leading,
      boolean bias,
      Alignments alignments) {}

  /** Distances between columns. */
  record Leading(long a, long b, long c, long d) {}

  /** Of pointers, in bytes. */
  record Alignments(int a, int b, int c, int d) {}

  /** A product that is ready to run; kept for ever. */
  static final class Plan {
    private final long description;
    private final long a;
    private final long b;
    private final long c;
    private final long d;
    private final MemorySegment algorithm;

    Plan(long description, long[] layouts, MemorySegment algorithm) {
      this.description = description;
      this.a = layouts[0];
      this.b = layouts[1];
      this.c = layouts[2];
      this.d = layouts[3];
      this.algorithm = algorithm;
    }
  }

  /** Finds an algorithm. */
  Plan plan(long handle, Shape shape, long bias, long workspaceBytes) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(LONG);
      check(
          "cublasLtMatmulDescCreate",
          (int) createDescription.invokeExact(out.address(), shape.compute(), REAL_32F));
      long description = out.get(LONG, 0);
      set(arena, description, DESC_TRANSA, shape.transposeA() ? 1 : 0);
      set(arena, description, DESC_TRANSB, shape.transposeB() ? 1 : 0);
      if (shape.bias()) {
        set(arena, description, DESC_EPILOGUE, EPILOGUE_BIAS);
        set(arena, description, DESC_BIAS_TYPE, REAL_32F);
        MemorySegment pointer = arena.allocate(LONG);
        pointer.set(LONG, 0, bias);
        set(description, DESC_BIAS_POINTER, pointer, 8);
      }
      long[] layouts = layouts(out, shape);
      long preference = preference(arena, shape, workspaceBytes);
      MemorySegment results = arena.allocate(RESULT_BYTES, 8);
      MemorySegment found = arena.allocate(INT);
      int status =
          (int)
              heuristic.invokeExact(
                  handle,
                  description,
                  layouts[0],
                  layouts[1],
                  layouts[2],
                  layouts[3],
                  preference,
                  1,
                  results.address(),
                  found.address());
      check("cublasLtMatmulAlgoGetHeuristic for " + shape, status);
      if (found.get(INT, 0) < 1) {
        throw new CudaException(NOT_SUPPORTED, "cuBLASLt has no algorithm for " + shape);
      }
      MemorySegment algorithm = Arena.ofAuto().allocate(ALGORITHM_BYTES, 8);
      algorithm.copyFrom(results.asSlice(0, ALGORITHM_BYTES));
      return new Plan(description, layouts, algorithm);
    } catch (Throwable e) {
      throw NativeCalls.unexpected(e);
    }
  }

  /**
   * Runs a plan.
   *
   * @param scalars where 1.0f and 0.0f lie on the host, and after them is room for an address
   * @param c added to the product; d where nothing is
   */
  void run(
      long handle,
      Plan plan,
      MemorySegment scalars,
      long a,
      long b,
      long c,
      boolean add,
      long d,
      long bias,
      long workspace,
      long workspaceBytes,
      long stream) {
    try {
      if (bias != 0) {
        scalars.set(LONG, 8, bias);
        set(plan.description, DESC_BIAS_POINTER, scalars.asSlice(8), 8);
      }
      int status =
          (int)
              matmul.invokeExact(
                  handle,
                  plan.description,
                  scalars.address(),
                  a,
                  plan.a,
                  b,
                  plan.b,
                  scalars.address() + (add ? 0 : 4),
                  c,
                  plan.c,
                  d,
                  plan.d,
                  plan.algorithm.address(),
                  workspace,
                  workspaceBytes,
                  stream);
      check("cublasLtMatmul", status);
    } catch (Throwable e) {
      throw NativeCalls.unexpected(e);
    }
  }

  private long[] layouts(MemorySegment out, Shape s) throws Throwable {
    long[] layouts = new long[4];
    Leading l = s.leading();
    layouts[0] =
        layout(
            out, s.type(), s.transposeA() ? s.k() : s.m(), s.transposeA() ? s.m() : s.k(), l.a());
    layouts[1] =
        layout(
            out, s.type(), s.transposeB() ? s.n() : s.k(), s.transposeB() ? s.k() : s.n(), l.b());
    layouts[2] = layout(out, REAL_32F, s.m(), s.n(), l.c());
    layouts[3] = layout(out, REAL_32F, s.m(), s.n(), l.d());
    return layouts;
  }

  private long layout(MemorySegment out, int type, long rows, long columns, long leading)
      throws Throwable {
    check(
        "cublasLtMatrixLayoutCreate",
        (int) createLayout.invokeExact(out.address(), type, rows, columns, leading));
    return out.get(LONG, 0);
  }

  private long preference(Arena arena, Shape shape, long workspaceBytes) throws Throwable {
    MemorySegment out = arena.allocate(LONG);
    check("cublasLtMatmulPreferenceCreate", (int) createPreference.invokeExact(out.address()));
    long preference = out.get(LONG, 0);
    MemorySegment value = arena.allocate(LONG);
    value.set(LONG, 0, workspaceBytes);
    prefer(preference, PREFERENCE_WORKSPACE, value, 8);
    Alignments al = shape.alignments();
    int[] alignments = {al.a(), al.b(), al.c(), al.d()};
    for (int i = 0; i < alignments.length; i++) {
      value.set(INT, 0, alignments[i]);
      prefer(preference, PREFERENCE_ALIGNMENT_A + i, value, 4);
    }
    return preference;
  }

  private void prefer(long preference, int what, MemorySegment value, long bytes) throws Throwable {
    int status = (int) setPreference.invokeExact(preference, what, value.address(), bytes);
    check("cublasLtMatmulPreferenceSetAttribute", status);
  }

  private void set(Arena arena, long description, int what, int value) throws Throwable {
    MemorySegment in = arena.allocate(INT);
    in.set(INT, 0, value);
    set(description, what, in, 4);
  }

  private void set(long description, int what, MemorySegment value, long bytes) throws Throwable {
    int status = (int) setDescription.invokeExact(description, what, value.address(), bytes);
    check("cublasLtMatmulDescSetAttribute", status);
  }

  private static void check(String what, int status) {
    if (status != 0) {
      throw new CudaException(status, "%s failed with status %d".formatted(what, status));
    }
  }
}
