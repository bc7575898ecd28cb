#ifndef CLIBCURL_H
#define CLIBCURL_H

#include <curl/curl.h>

/* Swift cannot call variadic functions, and an `int` where libcurl reads a `long` is a silent error:
   hence one function for each type of argument. */

typedef size_t (*clibcurl_data_callback)(char *_Nonnull data, size_t size, size_t count, void *_Nullable context);
typedef int (*clibcurl_seek_callback)(void *_Nullable context, curl_off_t offset, int origin);
typedef int (*clibcurl_prerequest_callback)(
    void *_Nullable context, char *_Nullable remote, char *_Nullable local, int remote_port, int local_port);
typedef int (*clibcurl_progress_callback)(
    void *_Nullable context, curl_off_t expected, curl_off_t received, curl_off_t to_send, curl_off_t sent);

/* Loads libcurl and sets it up, once for the process; CURLE_FAILED_INIT also where it is not installed. */
CURLcode clibcurl_global_init(void);

CURLcode clibcurl_setopt_long(CURL *_Nonnull handle, CURLoption option, long value);
CURLcode clibcurl_setopt_string(CURL *_Nonnull handle, CURLoption option, const char *_Nullable value);
CURLcode clibcurl_setopt_pointer(CURL *_Nonnull handle, CURLoption option, const void *_Nullable value);
CURLcode clibcurl_setopt_off_t(CURL *_Nonnull handle, CURLoption option, curl_off_t value);
/* For CURLOPT_WRITEFUNCTION, CURLOPT_HEADERFUNCTION and CURLOPT_READFUNCTION. */
CURLcode clibcurl_setopt_data_callback(
    CURL *_Nonnull handle, CURLoption option, clibcurl_data_callback _Nullable callback);
CURLcode clibcurl_setopt_seek_callback(CURL *_Nonnull handle, clibcurl_seek_callback _Nullable callback);
CURLcode clibcurl_setopt_prerequest_callback(
    CURL *_Nonnull handle, clibcurl_prerequest_callback _Nullable callback);

CURLcode clibcurl_setopt_progress_callback(
    CURL *_Nonnull handle, clibcurl_progress_callback _Nullable callback);

CURLcode clibcurl_getinfo_long(CURL *_Nonnull handle, CURLINFO info, long *_Nonnull value);

CURLMcode clibcurl_multi_setopt_long(CURLM *_Nonnull multi, CURLMoption option, long value);
/* The result of a message that says CURLMSG_DONE; it lies in a union. */
CURLcode clibcurl_message_result(const CURLMsg *_Nonnull message);

#endif
