#include "CLibCurl.h"

#include <dlfcn.h>

/* libcurl brings some thirty libraries, whose loading takes as long as all else that a command without requests does.
   So it is loaded by the first `clibcurl_global_init`, and nothing else here may be called before that returns 0. */

#ifdef __APPLE__
#define LIBRARY "libcurl.4.dylib"
#else
#define LIBRARY "libcurl.so.4"
#endif

/* What we call of it: name, result, parameters, arguments. */
#define FUNCTIONS(F) \
    F(curl_easy_init, CURL *, (void), ()) \
    F(curl_easy_cleanup, void, (CURL *handle), (handle)) \
    F(curl_easy_perform, CURLcode, (CURL *handle), (handle)) \
    F(curl_easy_reset, void, (CURL *handle), (handle)) \
    F(curl_easy_strerror, const char *, (CURLcode code), (code)) \
    F(curl_multi_init, CURLM *, (void), ()) \
    F(curl_multi_cleanup, CURLMcode, (CURLM *multi), (multi)) \
    F(curl_multi_add_handle, CURLMcode, (CURLM *multi, CURL *handle), (multi, handle)) \
    F(curl_multi_remove_handle, CURLMcode, (CURLM *multi, CURL *handle), (multi, handle)) \
    F(curl_multi_perform, CURLMcode, (CURLM *multi, int *running), (multi, running)) \
    F(curl_multi_poll, CURLMcode, \
      (CURLM *multi, struct curl_waitfd extra[], unsigned int count, int milliseconds, int *ready), \
      (multi, extra, count, milliseconds, ready)) \
    F(curl_multi_wakeup, CURLMcode, (CURLM *multi), (multi)) \
    F(curl_multi_info_read, CURLMsg *, (CURLM *multi, int *left), (multi, left)) \
    F(curl_multi_strerror, const char *, (CURLMcode code), (code)) \
    F(curl_slist_append, struct curl_slist *, (struct curl_slist *list, const char *text), (list, text)) \
    F(curl_slist_free_all, void, (struct curl_slist *list), (list))

/* Under libcurl's own names, but for this program alone: libcurl must not find them in place of its own. */
#define DEFINE(name, result, parameters, arguments) \
    static result(*loaded_##name) parameters; \
    __attribute__((visibility("hidden"))) result name parameters { return loaded_##name arguments; }
FUNCTIONS(DEFINE)

static CURLcode (*loaded_global_init)(long flags);
static CURLcode (*loaded_easy_setopt)(CURL *handle, CURLoption option, ...);
static CURLcode (*loaded_easy_getinfo)(CURL *handle, CURLINFO info, ...);
static CURLMcode (*loaded_multi_setopt)(CURLM *multi, CURLMoption option, ...);

CURLcode clibcurl_global_init(void) {
    void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
    if (!library) return CURLE_FAILED_INIT;
    int missing = 0;
#define LOAD(name, ...) missing |= !(*(void **)&loaded_##name = dlsym(library, #name));
    FUNCTIONS(LOAD)
    missing |= !(*(void **)&loaded_global_init = dlsym(library, "curl_global_init"));
    missing |= !(*(void **)&loaded_easy_setopt = dlsym(library, "curl_easy_setopt"));
    missing |= !(*(void **)&loaded_easy_getinfo = dlsym(library, "curl_easy_getinfo"));
    missing |= !(*(void **)&loaded_multi_setopt = dlsym(library, "curl_multi_setopt"));
    return missing ? CURLE_FAILED_INIT : loaded_global_init(CURL_GLOBAL_DEFAULT);
}

CURLcode clibcurl_setopt_long(CURL *handle, CURLoption option, long value) {
    return loaded_easy_setopt(handle, option, value);
}

CURLcode clibcurl_setopt_string(CURL *handle, CURLoption option, const char *value) {
    return loaded_easy_setopt(handle, option, value);
}

CURLcode clibcurl_setopt_pointer(CURL *handle, CURLoption option, const void *value) {
    return loaded_easy_setopt(handle, option, value);
}

CURLcode clibcurl_setopt_off_t(CURL *handle, CURLoption option, curl_off_t value) {
    return loaded_easy_setopt(handle, option, value);
}

CURLcode clibcurl_setopt_data_callback(CURL *handle, CURLoption option, clibcurl_data_callback callback) {
    return loaded_easy_setopt(handle, option, callback);
}

CURLcode clibcurl_setopt_seek_callback(CURL *handle, clibcurl_seek_callback callback) {
    return loaded_easy_setopt(handle, CURLOPT_SEEKFUNCTION, callback);
}

CURLcode clibcurl_setopt_prerequest_callback(CURL *handle, clibcurl_prerequest_callback callback) {
    return loaded_easy_setopt(handle, CURLOPT_PREREQFUNCTION, callback);
}

CURLcode clibcurl_setopt_progress_callback(CURL *handle, clibcurl_progress_callback callback) {
    return loaded_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, callback);
}

CURLcode clibcurl_getinfo_long(CURL *handle, CURLINFO info, long *value) {
    return loaded_easy_getinfo(handle, info, value);
}

CURLMcode clibcurl_multi_setopt_long(CURLM *multi, CURLMoption option, long value) {
    return loaded_multi_setopt(multi, option, value);
}

CURLcode clibcurl_message_result(const CURLMsg *message) { return message->data.result; }
