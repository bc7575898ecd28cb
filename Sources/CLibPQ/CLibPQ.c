#include "CLibPQ.h"

#include <dlfcn.h>

int clibpq_load(void) { return dlopen("libpq.so.5", RTLD_NOW | RTLD_LOCAL) != 0; }
