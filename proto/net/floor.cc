#include "proto/net/floor.h"

#include <curl/curl.h>

namespace signboard::net {
namespace {

// More hosts than that are not kept connected.
constexpr long kConnectionsMax = 64;

size_t TakeBody(char* data, size_t size, size_t count, void* body) {
  static_cast<std::string*>(body)->append(data, size * count);
  return size * count;
}

}  // namespace

struct CurlFloor::Handle {
  CURL* easy = curl_easy_init();
  curl_slist* headers = nullptr;
  curl_slist* connect_to = nullptr;
  std::string body;
};

CurlFloor::CurlFloor(const ConnectTo& target, const std::string& ca_file)
    : handle_(std::make_unique<Handle>()) {
  CURL* const easy = handle_->easy;
  handle_->headers = curl_slist_append(nullptr, "Accept-Encoding: gzip, deflate, br, zstd");
  handle_->connect_to = curl_slist_append(nullptr, target.ForCurl().c_str());
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_PROXY, "");
  curl_easy_setopt(easy, CURLOPT_MAXCONNECTS, kConnectionsMax);
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(easy, CURLOPT_CAPATH, nullptr);
  curl_easy_setopt(easy, CURLOPT_CAINFO, ca_file.c_str());
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, handle_->headers);
  curl_easy_setopt(easy, CURLOPT_CONNECT_TO, handle_->connect_to);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &TakeBody);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &handle_->body);
}

CurlFloor::~CurlFloor() {
  curl_easy_cleanup(handle_->easy);
  curl_slist_free_all(handle_->headers);
  curl_slist_free_all(handle_->connect_to);
}

StatusOr<const std::string*> CurlFloor::Get(const std::string& url) {
  handle_->body.clear();
  curl_easy_setopt(handle_->easy, CURLOPT_URL, url.c_str());
  const CURLcode code = curl_easy_perform(handle_->easy);
  if (code != CURLE_OK) return base::Unavailable(url + ": " + curl_easy_strerror(code));
  long status = 0;
  curl_easy_getinfo(handle_->easy, CURLINFO_RESPONSE_CODE, &status);
  if (status != 200) return base::Unavailable(url + ": status " + std::to_string(status));
  return &handle_->body;
}

}  // namespace signboard::net
