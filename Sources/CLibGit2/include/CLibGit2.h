#ifndef CLIBGIT2_H
#define CLIBGIT2_H

#include <git2.h>

/* Loads libgit2, once for the process; 0 where it is not installed. Nothing of it may be called before this returned 1. */
int clibgit2_load(void);

#endif
