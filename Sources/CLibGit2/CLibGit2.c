#define _GNU_SOURCE
#include "CLibGit2.h"

#include <dlfcn.h>

#ifdef RTLD_DEEPBIND
#define OWN_NAMES_FIRST RTLD_DEEPBIND
#else
#define OWN_NAMES_FIRST 0
#endif

/* libgit2 brings TLS and SSH of its own: only who looks at a repository waits for them. It is loaded by `clibgit2_load`. */

#ifdef __APPLE__
#define LIBRARY "libgit2.1.5.dylib"
#else
#define LIBRARY "libgit2.so.1.5"
#endif

/* What we call of it: name, result, parameters, arguments. */
#define FUNCTIONS(F) \
    F(git_libgit2_init, int, (void), ())

/* Under libgit2's own names. Its header makes them visible, so it is loaded such that it finds its own ones first. */
#define DEFINE(name, result, parameters, arguments) \
    static result(*loaded_##name) parameters; \
    result name parameters { return loaded_##name arguments; }
FUNCTIONS(DEFINE)

int clibgit2_load(void) {
    void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL | OWN_NAMES_FIRST);
    if (!library) return 0;
    int missing = 0;
#define LOAD(name, ...) missing |= !(*(void **)&loaded_##name = dlsym(library, #name));
    FUNCTIONS(LOAD)
    return !missing;
}
