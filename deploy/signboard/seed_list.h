// Reads seeds from what people have: URLs, lists of URLs, CSV tables.
//
// A table has a header line that names a `url` column and may name kind, code and note, and of the
// seed's scope include and exclude (rules with spaces between them), depth, subdomains (yes, no or
// empty) and path; others are passed over. Where it names one of the scope, its rows say the whole
// scope. CSV after RFC 4180. Lines of a plain list that are empty or begin with # are passed
// over.
//
// Errors: kNotFound names the file that is not there; kInvalidArgument names file and line.
#pragma once

#include <string>
#include <vector>

#include "proto/base/status.h"
#include "signboard/v1/scheduling.pb.h"

namespace signboard::cli {

inline constexpr size_t kSeedFileBytesMax = 64u << 20;

// `argument` is a URL, the name of a file, or "-" for standard input.
StatusOr<std::vector<v1::Seed>> ReadSeeds(const std::string& argument);

// The parsing alone; `name` stands in errors.
StatusOr<std::vector<v1::Seed>> ParseSeeds(const std::string& text, const std::string& name);

// The scope's own columns as they are read: include, exclude, depth, subdomains, path.
std::vector<std::string> ScopeFields(const v1::Scope& scope);

// One CSV field, quoted where RFC 4180 asks for it; a value that a spreadsheet would take for a
// formula gets an apostrophe in front.
std::string CsvField(const std::string& value);

}  // namespace signboard::cli
