#pragma once
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <spawn.h>

// The C library has these two, but declares them for _GNU_SOURCE alone, which Swift's importer does not set.
int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *actions, const char *path);
int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int from);

// Of malloc.h, which Swift's map of the C library leaves out; the option -8 is M_ARENA_MAX.
int mallopt(int option, int value);
int malloc_trim(size_t pad);
