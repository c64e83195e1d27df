#include "lstm.h"

#include <stddef.h>

// a * b + c is one fused instruction where the processor has it: faster, and the same bits on all that do.
#pragma clang fp contract(fast)

#define JOIN(name, lanes) name##lanes
#define NAMED(name, lanes) JOIN(name, lanes)

#define LANES 4
#include "tile.h"
#undef LANES

#if defined(__x86_64__)

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define LANES 8
#include "tile.h"
#undef LANES
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target("avx512f,avx2,fma"))), apply_to = function)
#define LANES 16
#include "tile.h"
#undef LANES
#pragma clang attribute pop

#endif

const LSTMKernels *lstm_kernels(long lanes) {
  switch (lanes) {
    case 4: return &kernels4;
#if defined(__x86_64__)
    case 8: return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? &kernels8 : NULL;
    case 16: return __builtin_cpu_supports("avx512f") ? &kernels16 : NULL;
#endif
    default: return NULL;
  }
}
