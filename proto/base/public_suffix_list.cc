#include "proto/base/public_suffix_list.h"

// .incbin puts the file's bytes between two labels; SIGNBOARD_SUFFIX_LIST is its path, from CMake.
asm(".pushsection .rodata\n"
    ".global signboard_suffix_list_begin\n"
    ".global signboard_suffix_list_end\n"
    "signboard_suffix_list_begin:\n"
    ".incbin \"" SIGNBOARD_SUFFIX_LIST "\"\n"
    "signboard_suffix_list_end:\n"
    ".byte 0\n"
    ".popsection\n");

extern "C" const char signboard_suffix_list_begin[];
extern "C" const char signboard_suffix_list_end[];

namespace signboard::base {

std::string_view PublicSuffixListText() {
  return {signboard_suffix_list_begin,
          static_cast<size_t>(signboard_suffix_list_end - signboard_suffix_list_begin)};
}

}  // namespace signboard::base
