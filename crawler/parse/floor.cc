#include "crawler/parse/floor.h"

#include <gumbo.h>

namespace signboard::parse {

bool ParseBare(std::string_view utf8) {
  GumboOptions options = kGumboDefaultOptions;
  options.max_errors = 0;
  GumboOutput* const output = gumbo_parse_with_options(&options, utf8.data(), utf8.size());
  if (output == nullptr) return false;
  const bool has_root = output->root != nullptr;
  gumbo_destroy_output(&options, output);
  return has_root;
}

}  // namespace signboard::parse
