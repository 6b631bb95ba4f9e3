#include "crawler/extract/gazetteer_table.h"

namespace signboard::extract {

std::string EnglishKey(std::string_view name) {
  std::string key;
  key.reserve(name.size());
  for (size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    if (c >= 'a' && c <= 'z') {
      key.push_back(c);
    } else if (c >= 'A' && c <= 'Z') {
      key.push_back(static_cast<char>(c - 'A' + 'a'));
    } else if (c == '\xC3' && i + 1 < name.size()) {
      // Latin-1 letters, U+00C0 to U+00FF: Lüliang, Garzê, Ürümqi.
      const auto low = static_cast<unsigned char>(name[++i]) & 0x1F;
      if (low >= 0x19 && low <= 0x1C) key.push_back('u');
      if (low >= 0x08 && low <= 0x0B) key.push_back('e');
      if (low >= 0x12 && low <= 0x16) key.push_back('o');
      if (low <= 0x05) key.push_back('a');
    }
  }
  return key;
}

}  // namespace signboard::extract
