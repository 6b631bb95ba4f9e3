// Does a page that reported a founding still say so? Each later version of it is looked at, and the
// day it was taken away; a block, a refusal or a fault says nothing of either.
//
//   gone    404, 410, or a page that says it is not here.
//   edited  A later version without the words: the centre's name, or those that told the event.
//
// What counts is the latest that is known of a page, in whatever order its versions come.
//
// Threads: pure functions.
// Cost:    linear in the version's text, and in the evidence.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "signboard/v1/archive.pb.h"
#include "storage/register/records.pb.h"

namespace signboard::registry {

// Folded, without what two renderings of one sentence differ in.
std::string Plain(std::string_view text);

// What the entry, about a later version of some of these pages, says of them. `reports`: that it
// reports the founding itself.
void NoteVersion(const v1::LoggedFindings& entry, bool reports, std::vector<Evidence>* all);

// When two captures with the same words are one source: what is known of the later one.
void TakeOverVersions(const Evidence& from, Evidence* to);

}  // namespace signboard::registry
