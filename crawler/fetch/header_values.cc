#include "crawler/fetch/header_values.h"

#include <algorithm>

#include "proto/base/text.h"
#include "proto/base/url.h"

namespace signboard::fetch {

Location ResolveLocation(std::string_view value, std::string_view request_url) {
  using Word = Location::Word;
  const StatusOr<Url> from = Url::Parse(request_url);
  if (!from.ok()) return {Word::kBadRequest, ""};
  const StatusOr<Url> target = Url::Parse(value, &from.value());
  if (!target.ok()) return {Word::kNoUrl, std::string(base::Message(target.status()))};
  if (!target->is_http()) return {Word::kOtherScheme, target->scheme()};
  std::string href = target->HrefWithoutFragment();
  if (href.size() > kRedirectBytesMax)
    return {Word::kTooLong, std::to_string(href.size()) + " bytes"};
  return {Word::kUrl, std::move(href)};
}

std::string ValidatorOf(std::string_view value, size_t bytes_max) {
  const bool visible = std::all_of(value.begin(), value.end(),
                                   [](char c) { return c >= ' ' && c <= '~'; });
  return visible && value.size() <= bytes_max ? std::string(value) : std::string();
}

}  // namespace signboard::fetch
