// The gateway's HTML: templates compiled in from storage/gateway/pages, filled by mustache, which
// escapes every value. No script, no request to anybody else; Chinese or English as the reader's
// ?lang= or Accept-Language (RFC 9110 section 12.5.4) says.
//
// Threads: safe from any.
// Errors:  none; a template that does not parse is found by the tests.
#pragma once

#include <kainjow/mustache.hpp>
#include <string>
#include <string_view>

#include "storage/gateway/answer.h"

namespace signboard::gateway {

using PageData = kainjow::mustache::data;

// Compiled in; generated from the folder pages by CMake.
struct PageFile {
  std::string_view name;  // home.html
  std::string_view text;
};
extern const PageFile kPageFiles[];
extern const size_t kPageFileCount;

// Empty: there is none of that name.
std::string_view FindPageFile(std::string_view name);

enum class Language { kZh, kEn };
Language PickLanguage(const HttpServerRequest& request);

// Text fit for a page: control characters and broken UTF-8 made visible, cut at `code_points_max`.
std::string Shown(std::string_view text, size_t code_points_max = 400);
// 1234567 -> "1,234,567"; 1536 -> "1.5 KiB".
std::string ShownCount(uint64_t count);
std::string ShownBytes(uint64_t bytes);
std::string ShownTime(int64_t ms);

// Fills the template `name` with `data`, to which language, title and links of the frame are added.
HttpServerResponse RenderPage(const HttpServerRequest& request, std::string_view name,
                              std::string_view title, PageData data, int status = 200);
HttpServerResponse ProblemPage(const HttpServerRequest& request, const Problem& problem);

}  // namespace signboard::gateway
