// A labelled set of pages (tests/data/gold/README.md describes the form).
//
// Threads: safe from any.
// Errors:  kInvalidArgument names file and line, and what is wrong with it.
#pragma once

#include <istream>
#include <string>
#include <vector>

#include "deploy/signboard/page_judge.h"
#include "proto/base/status.h"
#include "storage/gateway/answer.h"

namespace signboard::cli {

inline constexpr size_t kGoldPagesMax = 1'000'000;
inline constexpr size_t kGoldLineBytesMax = size_t{32} << 20;

struct GoldPage {
  std::string id;
  std::string page_class;  // May be empty.
  std::string body;        // Text or HTML.
  PageTerms terms;
  gateway::Json findings;  // As labelled; an array of objects.

  bool announces() const;
};

// Reads a line at a time; `name` is for errors.
StatusOr<std::vector<GoldPage>> ReadGoldSet(std::istream& in, const std::string& name);

// kNotFound: there is no such file. "-": standard input.
StatusOr<std::vector<GoldPage>> ReadGoldFile(const std::string& file);

}  // namespace signboard::cli
