#include "proto/base/url.h"

#include <algorithm>

#include "proto/base/text.h"
#include "proto/base/url_parser.h"

namespace signboard::base {

StatusOr<Url> Url::Parse(std::string_view input, const Url* base) {
  if (input.size() > kUrlBytesMax)
    return InvalidArgument("URL \"" + EscapeTerminal(input.substr(0, 100)) + "...\": " +
                           std::to_string(input.size()) + " bytes, more than " +
                           std::to_string(kUrlBytesMax));
  const auto is_outer = [](char c) { return static_cast<uint8_t>(c) <= 0x20; };
  while (!input.empty() && is_outer(input.front())) input.remove_prefix(1);
  while (!input.empty() && is_outer(input.back())) input.remove_suffix(1);
  std::string text = ToValidUtf8(input);
  text.erase(std::remove_if(text.begin(), text.end(),
                            [](char c) { return c == '\t' || c == '\n' || c == '\r'; }),
             text.end());
  return UrlParser(text, base).Run();
}

std::string Url::HrefWithoutFragment() const {
  return fragment_ ? href_.substr(0, href_.size() - fragment_->size() - 1) : href_;
}

uint16_t Url::effective_port() const {
  return port_.value_or(SpecialPort(scheme_).value_or(0));
}

// https://url.spec.whatwg.org/#concept-url-serializer
void Url::Serialize() {
  href_ = scheme_ + ":";
  if (has_host_) {
    href_ += "//";
    href_ += username_;
    if (!password_.empty()) href_.append(":").append(password_);
    if (!username_.empty() || !password_.empty()) href_ += '@';
    href_ += host_;
    if (port_) href_.append(":").append(std::to_string(*port_));
  } else if (!opaque_path_ && path_.starts_with("//")) {
    // Without this the path would read as a host.
    href_ += "/.";
  }
  href_ += path_;
  if (query_) href_.append("?").append(*query_);
  if (fragment_) href_.append("#").append(*fragment_);
}

}  // namespace signboard::base
