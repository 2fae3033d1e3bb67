// The dialect that all kernels are written in: C with the words below, for NVRTC and, after
// cuda_host.h of the tests, for the host's C++ compiler. Sizes come as arguments or by -D; shared
// arrays stand at the top of a kernel; of warp operations there is WARP_XOR and what is made of it;
// nothing adds floats atomically, so that a result is the same always.
#define KERNEL extern "C" __global__
#define GROUP_SIZE(n) __launch_bounds__(n)
#define DEVICE static __device__ __forceinline__
#define SHARED __shared__
#define RESTRICT __restrict__
#define LOCAL_ID ((int) threadIdx.x)
#define GROUP_ID ((int) blockIdx.x)
#define GROUP_ID_Y ((int) blockIdx.y)
#define GROUP_ID_Z ((int) blockIdx.z)
#define NUM_GROUPS ((int) gridDim.x)
#define NUM_GROUPS_Y ((int) gridDim.y)
#define BARRIER() __syncthreads()
#define BARRIER_OR(x) __syncthreads_or(x)  // a barrier; whether x was nonzero in any thread
#define WARP_XOR(x, m) __shfl_xor_sync(0xffffffffu, (x), (m))
#define FMA(a, b, c) fmaf(a, b, c)
#define MAX(a, b) fmaxf(a, b)
#define AS_FLOAT(u) __uint_as_float(u)
#define AS_UINT(f) __float_as_uint(f)
#define NEG_INF AS_FLOAT(0xff800000u)

typedef unsigned long long u64;
typedef long long i64;
typedef unsigned int u32;
typedef unsigned short u16;

// For all i below n, each in one thread of the grid.
#define EACH(i, n, group) \
  for (i64 i = (i64) GROUP_ID * (group) + LOCAL_ID; i < (n); i += (i64) NUM_GROUPS * (group))

// i / c and i % c for what is not negative: divisions of 64 bits are several times slower.
DEVICE i64 quotient(i64 i, i64 c) {
  return ((u64) i | (u64) c) >> 32 ? i / c : (i64) ((u32) i / (u32) c);
}

DEVICE i64 modulo(i64 i, i64 c) { return i - quotient(i, c) * c; }

#ifdef __CUDA_ARCH__
#define UNROLL _Pragma("unroll")
#define ROLLED _Pragma("unroll 1")
#else
#define UNROLL
#define ROLLED
#endif

DEVICE void put(float* x, i64 i, float value, int accumulate) {
  x[i] = accumulate ? x[i] + value : value;
}

DEVICE float sigmoid(float x) { return 1.0f / (1.0f + expf(-x)); }

DEVICE float bf16_to_float(u16 h) { return AS_FLOAT((u32) h << 16); }

// To nearest, ties to even; a NaN stays one.
DEVICE u16 float_to_bf16(float f) {
  u32 u = AS_UINT(f);
  if (f != f) return (u16) ((u >> 16) | 0x40u);
  return (u16) ((u + 0x7fffu + ((u >> 16) & 1u)) >> 16);
}

// Sums in one order everywhere: a butterfly in the warp, then the warps one after another. All
// threads of the group must come here; warps is at most 32.
DEVICE float warp_sum(float x) {
  for (int m = 16; m > 0; m >>= 1) x += WARP_XOR(x, m);
  return x;
}

DEVICE float warp_max(float x) {
  for (int m = 16; m > 0; m >>= 1) x = MAX(x, WARP_XOR(x, m));
  return x;
}

DEVICE float group_sum(float* scratch, int warps, float x) {
  x = warp_sum(x);
  BARRIER();
  if ((LOCAL_ID & 31) == 0) scratch[LOCAL_ID >> 5] = x;
  BARRIER();
  float s = scratch[0];
  for (int w = 1; w < warps; w++) s += scratch[w];
  return s;
}

DEVICE float group_max(float* scratch, int warps, float x) {
  x = warp_max(x);
  BARRIER();
  if ((LOCAL_ID & 31) == 0) scratch[LOCAL_ID >> 5] = x;
  BARRIER();
  float s = scratch[0];
  for (int w = 1; w < warps; w++) s = MAX(s, scratch[w]);
  return s;
}

DEVICE double group_sum_double(double* scratch, int warps, double x) {
  for (int m = 16; m > 0; m >>= 1) x += WARP_XOR(x, m);
  BARRIER();
  if ((LOCAL_ID & 31) == 0) scratch[LOCAL_ID >> 5] = x;
  BARRIER();
  double s = scratch[0];
  for (int w = 1; w < warps; w++) s += scratch[w];
  return s;
}

// Tensor cores: d [16, 8] += a [16, 16] b [16, 8], a warp's fragments as the PTX manual lays them out;
// two numbers to bfloat16, the first in the low half; copies of 16 bytes that go on beside the work.
#ifdef __CUDA_ARCH__
DEVICE void mma_16816(float* d, const u32* a, const u32* b) {
  asm volatile(
      "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 "
      "{%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
      : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}
// 16 bytes, zeros after the first `bytes`
DEVICE void copy_async(void* shared, const void* global, int bytes) {
  unsigned s = (unsigned) __cvta_generic_to_shared(shared);
  asm volatile(
      "cp.async.cg.shared.global [%0], [%1], 16, %2;" ::"r"(s), "l"(global), "r"(bytes) : "memory");
}
DEVICE u32 pair_bf16(float low, float high) {
  u32 r;
  asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(r) : "f"(high), "f"(low));
  return r;
}
#define COPY_COMMIT() asm volatile("cp.async.commit_group;" ::: "memory")
#define COPY_WAIT(n) asm volatile("cp.async.wait_group %0;" ::"n"(n) : "memory")
#else
DEVICE u32 pair_bf16(float low, float high) {
  return (u32) float_to_bf16(low) | (u32) float_to_bf16(high) << 16;
}
#define mma_16816(d, a, b) host_mma(d, a, b, __LINE__)
#define copy_async(s, g, n) host_copy_async(s, g, n)
#define COPY_COMMIT() host_copy_commit()
#define COPY_WAIT(n) host_copy_wait(n)
#endif
