#include "crawler/extract/rule_files.h"

// .incbin puts a file's bytes between two labels; SIGNBOARD_RULES is their folder, from CMake.
#define RULE_FILE(name)                                      \
  asm(".pushsection .rodata\n"                               \
      ".global signboard_rules_" #name "_begin\n"            \
      ".global signboard_rules_" #name "_end\n"              \
      "signboard_rules_" #name "_begin:\n"                   \
      ".incbin \"" SIGNBOARD_RULES "/" #name ".txt\"\n"      \
      "signboard_rules_" #name "_end:\n"                     \
      ".byte 0\n"                                            \
      ".popsection\n");                                      \
  extern "C" const char signboard_rules_##name##_begin[];    \
  extern "C" const char signboard_rules_##name##_end[];

RULE_FILE(names)
RULE_FILE(verbs)
RULE_FILE(cues)
RULE_FILE(organs)
RULE_FILE(english)
RULE_FILE(foreign)
RULE_FILE(columns)
RULE_FILE(claims)
RULE_FILE(ordinals)
RULE_FILE(dates)

#define RULE_TEXT(name)                                      \
  std::string_view(signboard_rules_##name##_begin,           \
                   static_cast<size_t>(signboard_rules_##name##_end - \
                                       signboard_rules_##name##_begin))

namespace signboard::extract {

std::array<std::string_view, 10> RuleFiles() {
  return {RULE_TEXT(names), RULE_TEXT(verbs), RULE_TEXT(cues), RULE_TEXT(organs),
          RULE_TEXT(english), RULE_TEXT(foreign), RULE_TEXT(columns),
          RULE_TEXT(claims), RULE_TEXT(ordinals), RULE_TEXT(dates)};
}

}  // namespace signboard::extract
