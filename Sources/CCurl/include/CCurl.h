// libcurl behind plain functions: curl_easy_setopt and its kin are variadic, which Swift cannot call.
#ifndef INTERLOCK_CCURL_H
#define INTERLOCK_CCURL_H

#include <curl/curl.h>

CURLcode il_set_long(CURL *handle, CURLoption option, long value);
CURLcode il_set_text(CURL *handle, CURLoption option, const char *value);
CURLcode il_set_pointer(CURL *handle, CURLoption option, void *value);
CURLcode il_set_write(CURL *handle, size_t (*callback)(char *, size_t, size_t, void *));
CURLcode il_set_header(CURL *handle, size_t (*callback)(char *, size_t, size_t, void *));
CURLcode il_set_prerequest(
    CURL *handle, int (*callback)(void *, char *, char *, int, int));
CURLMcode il_multi_set_socket(
    CURLM *multi, int (*callback)(CURL *, curl_socket_t, int, void *, void *));
CURLMcode il_multi_set_timer(CURLM *multi, int (*callback)(CURLM *, long, void *));
CURLMcode il_multi_set_pointer(CURLM *multi, CURLMoption option, void *value);
CURLMcode il_multi_set_long(CURLM *multi, CURLMoption option, long value);
CURLcode il_info_long(CURL *handle, CURLINFO info, long *value);
CURLcode il_info_pointer(CURL *handle, CURLINFO info, void **value);

#endif
