// What a page says of the centres it names: which verb goes with which name, and whether it
// happened, is planned, or happened long ago.
//
// A verb goes to the nearest name of its sentence that it can go to. Between them only what means
// nothing (正式, a date, 在…) may stand: behind 主办 the name is an agent, behind 论坛 or 账号 the verb is
// said of those, and a transitive verb with an object founded the object. Names joined by 、 or 和
// share their verb.
//
// Threads: Safe from any; no state.
// Errors:  None.
// Cost:    Linear in the sentences that hold names; at most kVerbsMax verbs in one of them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crawler/extract/names.h"
#include "crawler/extract/page_text.h"
#include "crawler/extract/verbs.h"

namespace signboard::extract {

inline constexpr size_t kStatementsMax = 512;

enum class Sense { kFounded, kPlanned, kPast, kSigned, kRenamed, kAccounts };

// What shows of a founding that no verb tells (implied.h), as bits of Statement::implied.
enum class Implied : uint8_t {
  kRoot, kRootWeak, kBegin, kSign, kWill, kActs, kThing, kVisit, kPast, kPlan, kOther, kSigned,
  kPlanned
};
constexpr uint16_t Bit(Implied sign) {
  return static_cast<uint16_t>(1u << static_cast<unsigned>(sign));
}

struct Statement {
  size_t name = 0;         // Index into the names.
  size_t sentence = 0;
  size_t verb_from = 0;
  size_t verb_to = 0;
  std::string_view event;  // unveiled, established, launched, …
  Sense sense = Sense::kFounded;
  bool strong = true;      // False: something stands between that we do not understand.
  bool guess = false;      // Said by a word that no list has.
  bool soft = false;       // 亮相, 有了: a plainer word of the page says what happened.
  bool dated_plan = false; // 将于, 即将: an announcement if a near day is given.
  bool dated_past = false; // 去年: past, unless a near day is given (去年12月30日 in January).
  bool in_title = false;
  uint16_t implied = 0;    // Not 0: no verb tells it.
  std::string why;         // For people.
};

// `verbs_unknown`: as if no list had the verbs of foundings.
std::vector<Statement> FindStatements(const PageText& page, const std::vector<Name>& names,
                                      bool verbs_unknown = false);
// The same for English names; english.cc.
void FindEnglishStatements(const PageText& page, const std::vector<Name>& names,
                           std::vector<Statement>* statements);

// The same for one name in another language; foreign.cc.
void SayForeign(const PageText& page, const Name& name, size_t index,
                std::vector<Statement>* statements);

// How a name and a verb of one sentence belong together; attach.cc.
struct Bond {
  bool strong = false;
  bool accounts = false;  // Accounts of the centre, not the centre.
  size_t distance = 0;
};
std::optional<Bond> NameBeforeVerb(std::string_view text, const Name& name, size_t verb_from,
                                   size_t verb_to, bool closed);
std::optional<Bond> VerbBeforeName(std::string_view text, const Name& name, size_t verb_from,
                                   size_t verb_to);
// 17日正式入列: a short word at the end of its clause that no list has, as a verb.
std::optional<Verb> UnknownBehind(std::string_view text, const Name& name);
// Where the mark stands that introduces what is at `at`, by itself or in a list: 新机构——…,
// 分别是甲、乙和…. npos: there is none.
size_t IntroductionOf(std::string_view text, size_t floor, size_t at);

}  // namespace signboard::extract
