#include "CGSL.h"

// GSL aborts the process on an error unless told otherwise; callers check the returned status instead.
__attribute__((constructor)) static void turn_abort_off(void) { gsl_set_error_handler_off(); }
