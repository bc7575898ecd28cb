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
    F(git_libgit2_init, int, (void), ()) \
    F(git_error_last, const git_error *, (void), ()) \
    F(git_error_set_str, int, (int error_class, const char *string), (error_class, string)) \
    F(git_repository_open_ext, int, \
      (git_repository **out, const char *path, unsigned int flags, const char *ceiling_dirs), \
      (out, path, flags, ceiling_dirs)) \
    F(git_repository_init, int, (git_repository **out, const char *path, unsigned is_bare), (out, path, is_bare)) \
    F(git_repository_free, void, (git_repository *repo), (repo)) \
    F(git_repository_odb, int, (git_odb **out, git_repository *repo), (out, repo)) \
    F(git_repository_path, const char *, (const git_repository *repo), (repo)) \
    F(git_repository_workdir, const char *, (const git_repository *repo), (repo)) \
    F(git_repository_is_shallow, int, (git_repository *repo), (repo)) \
    F(git_reference_name_to_id, int, (git_oid *out, git_repository *repo, const char *name), (out, repo, name)) \
    F(git_reference_create, int, \
      (git_reference **out, git_repository *repo, const char *name, const git_oid *id, int force, const char *log), \
      (out, repo, name, id, force, log)) \
    F(git_reference_lookup, int, (git_reference **out, git_repository *repo, const char *name), (out, repo, name)) \
    F(git_reference_name, const char *, (const git_reference *ref), (ref)) \
    F(git_reference_target, const git_oid *, (const git_reference *ref), (ref)) \
    F(git_reference_symbolic_target, const char *, (const git_reference *ref), (ref)) \
    F(git_reference_free, void, (git_reference *ref), (ref)) \
    F(git_reference_iterator_new, int, (git_reference_iterator **out, git_repository *repo), (out, repo)) \
    F(git_reference_next, int, (git_reference **out, git_reference_iterator *iter), (out, iter)) \
    F(git_reference_iterator_free, void, (git_reference_iterator *iter), (iter)) \
    F(git_oid_fromstr, int, (git_oid *out, const char *str), (out, str)) \
    F(git_oid_fmt, int, (char *out, const git_oid *id), (out, id)) \
    F(git_odb_exists, int, (git_odb *db, const git_oid *id), (db, id)) \
    F(git_odb_read_header, int, \
      (size_t *len_out, git_object_t *type_out, git_odb *db, const git_oid *id), (len_out, type_out, db, id)) \
    F(git_odb_read, int, (git_odb_object **out, git_odb *db, const git_oid *id), (out, db, id)) \
    F(git_odb_object_data, const void *, (git_odb_object *object), (object)) \
    F(git_odb_object_size, size_t, (git_odb_object *object), (object)) \
    F(git_odb_object_free, void, (git_odb_object *object), (object)) \
    F(git_odb_free, void, (git_odb *db), (db)) \
    F(git_odb_refresh, int, (struct git_odb *db), (db)) \
    F(git_object_lookup, int, \
      (git_object **object, git_repository *repo, const git_oid *id, git_object_t type), \
      (object, repo, id, type)) \
    F(git_object_peel, int, \
      (git_object **peeled, const git_object *object, git_object_t target_type), (peeled, object, target_type)) \
    F(git_object_id, const git_oid *, (const git_object *obj), (obj)) \
    F(git_object_free, void, (git_object *object), (object)) \
    F(git_revparse_single, int, (git_object **out, git_repository *repo, const char *spec), (out, repo, spec)) \
    F(git_commit_lookup, int, (git_commit **commit, git_repository *repo, const git_oid *id), (commit, repo, id)) \
    F(git_commit_author, const git_signature *, (const git_commit *commit), (commit)) \
    F(git_commit_message, const char *, (const git_commit *commit), (commit)) \
    F(git_commit_time, git_time_t, (const git_commit *commit), (commit)) \
    F(git_commit_tree_id, const git_oid *, (const git_commit *commit), (commit)) \
    F(git_commit_parentcount, unsigned int, (const git_commit *commit), (commit)) \
    F(git_commit_parent_id, const git_oid *, (const git_commit *commit, unsigned int n), (commit, n)) \
    F(git_commit_extract_signature, int, \
      (git_buf *signature, git_buf *signed_data, git_repository *repo, git_oid *commit_id, const char *field), \
      (signature, signed_data, repo, commit_id, field)) \
    F(git_commit_free, void, (git_commit *commit), (commit)) \
    F(git_buf_dispose, void, (git_buf *buffer), (buffer)) \
    F(git_tree_lookup, int, (git_tree **out, git_repository *repo, const git_oid *id), (out, repo, id)) \
    F(git_tree_entrycount, size_t, (const git_tree *tree), (tree)) \
    F(git_tree_entry_byindex, const git_tree_entry *, (const git_tree *tree, size_t idx), (tree, idx)) \
    F(git_tree_entry_name, const char *, (const git_tree_entry *entry), (entry)) \
    F(git_tree_entry_filemode, git_filemode_t, (const git_tree_entry *entry), (entry)) \
    F(git_tree_entry_id, const git_oid *, (const git_tree_entry *entry), (entry)) \
    F(git_tree_free, void, (git_tree *tree), (tree)) \
    F(git_revwalk_new, int, (git_revwalk **out, git_repository *repo), (out, repo)) \
    F(git_revwalk_push, int, (git_revwalk *walk, const git_oid *id), (walk, id)) \
    F(git_revwalk_hide, int, (git_revwalk *walk, const git_oid *commit_id), (walk, commit_id)) \
    F(git_revwalk_sorting, int, (git_revwalk *walk, unsigned int sort_mode), (walk, sort_mode)) \
    F(git_revwalk_next, int, (git_oid *out, git_revwalk *walk), (out, walk)) \
    F(git_revwalk_free, void, (git_revwalk *walk), (walk)) \
    F(git_graph_descendant_of, int, \
      (git_repository *repo, const git_oid *commit, const git_oid *ancestor), (repo, commit, ancestor)) \
    F(git_merge_base, int, \
      (git_oid *out, git_repository *repo, const git_oid *one, const git_oid *two), (out, repo, one, two)) \
    F(git_packbuilder_new, int, (git_packbuilder **out, git_repository *repo), (out, repo)) \
    F(git_packbuilder_insert, int, (git_packbuilder *pb, const git_oid *id, const char *name), (pb, id, name)) \
    F(git_packbuilder_foreach, int, \
      (git_packbuilder *pb, git_packbuilder_foreach_cb cb, void *payload), (pb, cb, payload)) \
    F(git_packbuilder_free, void, (git_packbuilder *pb), (pb)) \
    F(git_indexer_new, int, \
      (git_indexer **out, const char *path, unsigned int mode, git_odb *odb, git_indexer_options *opts), \
      (out, path, mode, odb, opts)) \
    F(git_indexer_append, int, \
      (git_indexer *idx, const void *data, size_t size, git_indexer_progress *stats), (idx, data, size, stats)) \
    F(git_indexer_commit, int, (git_indexer *idx, git_indexer_progress *stats), (idx, stats)) \
    F(git_indexer_free, void, (git_indexer *idx), (idx)) \
    F(git_remote_create_anonymous, int, (git_remote **out, git_repository *repo, const char *url), (out, repo, url)) \
    F(git_remote_create_detached, int, (git_remote **out, const char *url), (out, url)) \
    F(git_remote_connect_options_init, int, \
      (git_remote_connect_options *opts, unsigned int version), (opts, version)) \
    F(git_remote_connect_ext, int, \
      (git_remote *remote, git_direction direction, const git_remote_connect_options *opts), \
      (remote, direction, opts)) \
    F(git_remote_ls, int, (const git_remote_head ***out, size_t *size, git_remote *remote), (out, size, remote)) \
    F(git_remote_disconnect, int, (git_remote *remote), (remote)) \
    F(git_remote_free, void, (git_remote *remote), (remote)) \
    F(git_fetch_options_init, int, (git_fetch_options *opts, unsigned int version), (opts, version)) \
    F(git_remote_fetch, int, \
      (git_remote *remote, const git_strarray *refspecs, const git_fetch_options *opts, const char *message), \
      (remote, refspecs, opts, message)) \
    F(git_transport_smart, int, (git_transport **out, git_remote *owner, void *payload), (out, owner, payload)) \
    F(git_blame_options_init, int, (git_blame_options *opts, unsigned int version), (opts, version)) \
    F(git_blame_file, int, \
      (git_blame **out, git_repository *repo, const char *path, git_blame_options *options), \
      (out, repo, path, options)) \
    F(git_blame_buffer, int, \
      (git_blame **out, git_blame *reference, const char *buffer, size_t buffer_len), \
      (out, reference, buffer, buffer_len)) \
    F(git_blame_get_hunk_count, uint32_t, (git_blame *blame), (blame)) \
    F(git_blame_get_hunk_byindex, const git_blame_hunk *, (git_blame *blame, uint32_t index), (blame, index)) \
    F(git_blame_free, void, (git_blame *blame), (blame)) \
    F(git_status_options_init, int, (git_status_options *opts, unsigned int version), (opts, version)) \
    F(git_status_list_new, int, \
      (git_status_list **out, git_repository *repo, const git_status_options *opts), (out, repo, opts)) \
    F(git_status_list_entrycount, size_t, (git_status_list *statuslist), (statuslist)) \
    F(git_status_list_free, void, (git_status_list *statuslist), (statuslist))

/* Under libgit2's own names. Its header makes them visible, so it is loaded such that it finds its own ones first. */
#define DEFINE(name, result, parameters, arguments) \
    static result(*loaded_##name) parameters; \
    result name parameters { return loaded_##name arguments; }
FUNCTIONS(DEFINE)

static int (*loaded_opts)(int option, ...);

int clibgit2_load(void) {
    void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL | OWN_NAMES_FIRST);
    if (!library) return 0;
    int missing = 0;
    missing |= !(*(void **)&loaded_opts = dlsym(library, "git_libgit2_opts"));
#define LOAD(name, ...) missing |= !(*(void **)&loaded_##name = dlsym(library, #name));
    FUNCTIONS(LOAD)
    return !missing;
}

int clibgit2_set_flag(int option, int value) { return loaded_opts(option, value); }

int clibgit2_set_size(int option, size_t value) { return loaded_opts(option, value); }

int clibgit2_set_search_path(int level, const char *path) { return loaded_opts(GIT_OPT_SET_SEARCH_PATH, level, path); }
