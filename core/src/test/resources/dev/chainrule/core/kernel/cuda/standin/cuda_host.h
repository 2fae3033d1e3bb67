// What a kernel text sees in place of NVRTC's built-ins when the host's C++ compiler compiles it for
// the stand-in. Test code.
#pragma once
#include <math.h>
#include <stdint.h>
#include <string.h>
#include <utility>

struct HostIndex { unsigned x, y, z; };
struct HostWarp { alignas(16) unsigned char slot[32][64]; };
struct HostThread {  // what the scheduler keeps of a running thread
  HostIndex threadIdx, blockIdx, blockDim, gridDim;
  HostWarp* warp;
  unsigned lane;
};

// const: for one thread it is one value, wherever it was switched out and in
extern "C" __attribute__((const)) HostThread* host_self();
extern "C" void host_barrier(int line);
extern "C" int host_barrier_or(int value, int line);
extern "C" void host_warp_sync(int line);
extern "C" void host_copy_async(void* to, const void* from, int bytes);  // done at the wait
extern "C" void host_copy_commit();
extern "C" void host_copy_wait(int groups);

#define __global__ __attribute__((noinline))
#define __device__
#define __forceinline__ inline
#define __shared__ __attribute__((section("cuda_shared"))) static
#define __align__(n) __attribute__((aligned(n)))
#define __launch_bounds__(...)
#define threadIdx (host_self()->threadIdx)
#define blockIdx (host_self()->blockIdx)
#define gridDim (host_self()->gridDim)
#define __syncthreads() host_barrier(__LINE__)
#define __syncthreads_or(x) host_barrier_or(x, __LINE__)
#define __shfl_xor_sync(mask, v, x) host_exchange(v, host_self()->lane ^ (unsigned) (x), __LINE__)

template <class T> static inline T host_exchange(T v, unsigned from, int line) {
  HostThread* t = host_self();
  memcpy(t->warp->slot[t->lane], &v, sizeof(T));
  host_warp_sync(line);
  T r;
  memcpy(&r, t->warp->slot[from], sizeof(T));
  host_warp_sync(line);
  return r;
}

static inline float __uint_as_float(unsigned u) { float f; memcpy(&f, &u, 4); return f; }
static inline unsigned __float_as_uint(float f) { unsigned u; memcpy(&u, &f, 4); return u; }

// mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32, its fragments as the PTX manual gives them
static inline float host_bf16(unsigned pair, int high) {
  return __uint_as_float(high ? pair & 0xffff0000u : pair << 16);
}
static inline void host_mma(float* d, const unsigned* a, const unsigned* b, int line) {
  HostThread* t = host_self();
  unsigned f[6] = {a[0], a[1], a[2], a[3], b[0], b[1]};
  memcpy(t->warp->slot[t->lane], f, sizeof f);
  host_warp_sync(line);
  for (int i = 0; i < 4; i++) {
    int row = t->lane / 4 + i / 2 * 8, column = t->lane % 4 * 2 + i % 2;
    double s = d[i];
    for (int k = 0; k < 16; k++) {
      unsigned pa, pb;  // who holds a[row][k] and b[k][column]
      memcpy(&pa, t->warp->slot[row % 8 * 4 + k % 8 / 2] + 4 * (row / 8 + 2 * (k / 8)), 4);
      memcpy(&pb, t->warp->slot[column * 4 + k % 8 / 2] + 4 * (4 + k / 8), 4);
      s += (double) host_bf16(pa, k & 1) * host_bf16(pb, k & 1);
    }
    d[i] = (float) s;
  }
  host_warp_sync(line);
}

// Appended for each kernel: unpacks cuLaunchKernel's arguments and says their sizes.
template <class... A, size_t... I>
static void host_unpack(void (*f)(A...), void** a, std::index_sequence<I...>) {
  f(*(std::remove_reference_t<A>*) a[I]...);
}
template <class... A> static void host_apply(void (*f)(A...), void** a) {
  host_unpack(f, a, std::index_sequence_for<A...>{});
}
template <class... A> static int host_sizes(void (*)(A...), int* out) {
  int s[] = {(int) sizeof(A)..., 0};
  memcpy(out, s, sizeof s);
  return sizeof...(A);
}
#define HOST_KERNEL(k)                                       \
  extern "C" void k##__call(void** a) { host_apply(&k, a); } \
  extern "C" int k##__sizes(int* out) { return host_sizes(&k, out); }
extern "C" __attribute__((weak)) char __start_cuda_shared[];
extern "C" __attribute__((weak)) char __stop_cuda_shared[];
extern "C" void host_shared_range(char** from, char** to) {
  *from = __start_cuda_shared;
  *to = __stop_cuda_shared;
}
