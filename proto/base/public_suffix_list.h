// The frozen public-suffix list, data/public_suffix_list.dat, as bytes of the program.
//
// From publicsuffix.org as Debian packaged it on 2023-02-09; under the Mozilla Public License 2.0,
// as its first lines say. DO NOT REPLACE the file: slots, and so all keys on disk, follow from it.
#pragma once

#include <string_view>

namespace signboard::base {

std::string_view PublicSuffixListText();

}  // namespace signboard::base
