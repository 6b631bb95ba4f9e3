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
RULE_FILE(weights)
RULE_FILE(ordinals)
RULE_FILE(dates)

#define RULES(name)                                                             \
  {#name ".txt",                                                                \
   std::string_view(signboard_rules_##name##_begin,                             \
                    static_cast<size_t>(signboard_rules_##name##_end -          \
                                        signboard_rules_##name##_begin))}

namespace signboard::extract {

const std::vector<CompiledRules>& CompiledRuleFiles() {
  static const auto* const kFiles = new std::vector<CompiledRules>{
      RULES(names), RULES(verbs),   RULES(cues),   RULES(organs),
      RULES(english), RULES(foreign), RULES(columns),
      RULES(claims),  RULES(ordinals), RULES(dates), RULES(weights)};
  return *kFiles;
}

}  // namespace signboard::extract
