#ifndef CLIBGIT2_H
#define CLIBGIT2_H

#include <git2.h>
#include <git2/sys/transport.h>

/* Loads libgit2, once for the process; 0 where it is not installed. Nothing of it may be called before this returned 1. */
int clibgit2_load(void);

/* `git_libgit2_opts`, for the options that take one number, and for where settings lie. */
int clibgit2_set_flag(int option, int value);
int clibgit2_set_size(int option, size_t value);
int clibgit2_set_search_path(int level, const char *path);

#endif
