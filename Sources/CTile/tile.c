#include "CTile.h"

#include <stddef.h>
#include <string.h>

// a * b + c is one fused instruction where the processor has it: faster, and the same bits on all that do.
#pragma clang fp contract(fast)

#define JOIN(name, lanes) name##lanes
#define NAMED(name, lanes) JOIN(name, lanes)
#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")

/// Four doubles in memory, whatever the processor's vectors.
typedef double Four __attribute__((ext_vector_type(4), aligned(8)));

#define LANES 2
#include "lanes.h"
#undef LANES

#if defined(__x86_64__)

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define LANES 4
#include "lanes.h"
#undef LANES
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,avx2,fma"))), apply_to = function)
#define LANES 8
#include "lanes.h"
#undef LANES
#pragma clang attribute pop

#endif

const TileKernels *tile_kernels(long lanes) {
  switch (lanes) {
    case 2: return &kernels2;
#if defined(__x86_64__)
    case 4: return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? &kernels4 : NULL;
    case 8: return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") ? &kernels8 : NULL;
#endif
    default: return NULL;
  }
}
