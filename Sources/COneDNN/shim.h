#ifndef KENTLEDGE_ONEDNN_SHIM_H
#define KENTLEDGE_ONEDNN_SHIM_H

#include <dnnl.h>

#if DNNL_VERSION_MAJOR != 2
#error "Kentledge is written for oneDNN 2.x: version 3 changed the descriptor calls. Install libdnnl-dev of Debian 12."
#endif

// From libgomp, which this build of oneDNN uses; each Dispatch worker says 1 before its first primitive.
void omp_set_num_threads(int count);

#endif
