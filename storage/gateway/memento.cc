#include "storage/gateway/memento.h"

#include "proto/base/text.h"
#include "proto/base/url.h"
#include "storage/gateway/words.h"

namespace signboard::gateway {

std::string SelfOf(const HttpServerRequest& request) {
  const std::string_view said = request.Header("X-Forwarded-Proto").value_or("");
  const std::string scheme = base::EqualsIgnoreCaseAscii(said, "https") ? "https://" : "http://";
  const auto parsed = Url::Parse(scheme + request.authority + "/");
  if (!parsed.ok()) return "";
  std::string self = parsed->href();
  self.pop_back();
  return self;
}

std::string LinkTarget(std::string_view url) {
  std::string out;
  for (const char c : url) {
    if (c == ';') {
      out += "%3B";
    } else if (c == ',') {
      out += "%2C";
    } else if (c == '>') {
      out += "%3E";
    } else {
      out += c;
    }
  }
  return out;
}

std::string LinksOf(const std::string& self, std::string_view url) {
  const std::string target = LinkTarget(url);
  return "<" + target + ">; rel=\"original\", <" + self + "/web/" + target +
         ">; rel=\"timegate\", <" + self + "/web/timemap/link/" + target +
         ">; rel=\"timemap\"; type=\"application/link-format\"";
}

std::string MementoLink(const std::string& self, int64_t captured_ms, std::string_view url,
                        std::string_view rel) {
  return "<" + self + LinkTarget(ReplayPath(captured_ms, url)) + ">; rel=\"" + std::string(rel) +
         "\"; datetime=\"" + base::FormatHttpDate(FromMillis(captured_ms)) + "\"";
}

}  // namespace signboard::gateway
