#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <sys/socket.h>

// Swift cannot call functions that take any number of arguments.

static inline CURLcode assay_set_number(CURL *transfer, CURLoption option, long value) {
    return curl_easy_setopt(transfer, option, value);
}

static inline CURLcode assay_set_text(CURL *transfer, CURLoption option, const char *value) {
    return curl_easy_setopt(transfer, option, value);
}

static inline CURLcode assay_set_pointer(CURL *transfer, CURLoption option, void *value) {
    return curl_easy_setopt(transfer, option, value);
}

static inline CURLcode assay_set_headers(CURL *transfer, struct curl_slist *headers) {
    return curl_easy_setopt(transfer, CURLOPT_HTTPHEADER, headers);
}

static inline CURLcode assay_set_receiver(
    CURL *transfer, CURLoption option, size_t (*receive)(char *, size_t, size_t, void *)) {
    return curl_easy_setopt(transfer, option, receive);
}

static inline CURLcode assay_set_opener(CURL *transfer, curl_opensocket_callback open) {
    return curl_easy_setopt(transfer, CURLOPT_OPENSOCKETFUNCTION, open);
}

static inline CURLcode assay_set_departure(CURL *transfer, curl_prereq_callback depart) {
    return curl_easy_setopt(transfer, CURLOPT_PREREQFUNCTION, depart);
}

static inline CURLcode assay_get_number(CURL *transfer, CURLINFO info, long *value) {
    return curl_easy_getinfo(transfer, info, value);
}

static inline CURLcode assay_get_pointer(CURL *transfer, CURLINFO info, char **value) {
    return curl_easy_getinfo(transfer, info, value);
}

static inline CURLMcode assay_set_connections(CURLM *transfers, long most) {
    return curl_multi_setopt(transfers, CURLMOPT_MAXCONNECTS, most);
}

// What ended a transfer: the message's union is read here.
static inline CURLcode assay_result(const CURLMsg *message) { return message->data.result; }
