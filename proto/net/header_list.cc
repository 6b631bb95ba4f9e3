#include "proto/net/header_list.h"

#include "proto/base/text.h"

namespace signboard::net {

std::optional<std::string_view> FindHeader(const HeaderList& headers, std::string_view name) {
  for (const auto& [field, value] : headers) {
    if (base::EqualsIgnoreCaseAscii(field, name)) return value;
  }
  return std::nullopt;
}

std::string JoinHeader(const HeaderList& headers, std::string_view name) {
  std::string joined;
  for (const auto& [field, value] : headers) {
    if (!base::EqualsIgnoreCaseAscii(field, name)) continue;
    if (!joined.empty()) joined += ", ";
    joined += value;
  }
  return joined;
}

bool MayBeHtml(const HeaderList& headers) {
  const std::string_view type = FindHeader(headers, "Content-Type").value_or("");
  return type.empty() || type.front() == ';' ||
         base::EqualsIgnoreCaseAscii(type.substr(0, 9), "text/html") ||
         base::EqualsIgnoreCaseAscii(type.substr(0, 21), "application/xhtml+xml");
}

}  // namespace signboard::net
