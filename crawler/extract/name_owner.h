// Whose is a centre that is named without its place: the words around its head that say so.
//
// Threads: Safe from any; no state.
// Errors:  None.
// Cost:    Each looks at a few words before the head.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "crawler/extract/gazetteer.h"
#include "crawler/extract/page_text.h"

namespace signboard::extract {

// The site's region, or one above it, whose full name ends in 县, 市, …; null: none.
const Region* SitePlace(const Region* site, std::string_view kind);

// Back from `at` over fillers and founding verbs; says whether a verb was among them.
size_t BackOverVerb(std::string_view text, size_t floor, size_t at, bool* verb);

std::optional<Mention> MentionEndingAt(std::string_view text, size_t floor, size_t at);

// Is the place of the level that the words between it and the head say: 县级, 省级?
bool LevelFits(std::string_view between, const Mention& mention);

// Of how many places `front`, what stands before the head, speaks. 三市: 3; 各自: many; 0: not of
// several.
int CountOf(std::string_view front);

// 靖安、奉新两地: the places in a row before the word that counts them.
std::vector<Mention> PlacesBeforePlural(std::string_view text, size_t floor, size_t head);

// 【靖安】, 靖安：at the sentence's beginning; null: there is none, or it may be several.
const Region* LabelPlace(std::string_view text, size_t sentence_from);

// Whose an unnamed centre from `from` to `to` in the sentence `span` is: the place named before it,
// or the one that follows "in". Empty: nobody says.
std::string_view EnglishOwner(std::string_view text, Span span, size_t from, size_t to);

}  // namespace signboard::extract
