#include "CLibCurl.h"

CURLcode clibcurl_global_init(void) { return curl_global_init(CURL_GLOBAL_DEFAULT); }

CURLcode clibcurl_setopt_long(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}

CURLcode clibcurl_setopt_string(CURL *handle, CURLoption option, const char *value) {
    return curl_easy_setopt(handle, option, value);
}

CURLcode clibcurl_setopt_pointer(CURL *handle, CURLoption option, const void *value) {
    return curl_easy_setopt(handle, option, value);
}

CURLcode clibcurl_setopt_off_t(CURL *handle, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(handle, option, value);
}

CURLcode clibcurl_setopt_data_callback(CURL *handle, CURLoption option, clibcurl_data_callback callback) {
    return curl_easy_setopt(handle, option, callback);
}

CURLcode clibcurl_setopt_seek_callback(CURL *handle, clibcurl_seek_callback callback) {
    return curl_easy_setopt(handle, CURLOPT_SEEKFUNCTION, callback);
}

CURLcode clibcurl_setopt_prerequest_callback(CURL *handle, clibcurl_prerequest_callback callback) {
    return curl_easy_setopt(handle, CURLOPT_PREREQFUNCTION, callback);
}

CURLcode clibcurl_getinfo_long(CURL *handle, CURLINFO info, long *value) {
    return curl_easy_getinfo(handle, info, value);
}

CURLMcode clibcurl_multi_setopt_long(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}

CURLcode clibcurl_message_result(const CURLMsg *message) { return message->data.result; }
