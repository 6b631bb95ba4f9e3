#include "proto/net/form.h"

#include <algorithm>

#include "proto/base/percent.h"

namespace signboard::net {
namespace {

std::string Decode(std::string_view text) {
  std::string plain(text);
  std::replace(plain.begin(), plain.end(), '+', ' ');
  return base::PercentDecode(plain);
}

}  // namespace

FormFields ParseForm(std::string_view text) {
  FormFields fields;
  while (!text.empty()) {
    const size_t amp = std::min(text.find('&'), text.size());
    const std::string_view pair = text.substr(0, amp);
    text.remove_prefix(std::min(amp + 1, text.size()));
    if (pair.empty()) continue;
    const size_t equals = std::min(pair.find('='), pair.size());
    fields.emplace_back(Decode(pair.substr(0, equals)),
                        Decode(pair.substr(std::min(equals + 1, pair.size()))));
  }
  return fields;
}

}  // namespace signboard::net
