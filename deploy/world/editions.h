// Which file answers for a path at an instant: pages that change by their file names.
//
// Beside `index.html`, a file `index.html@20251118T0915` takes its place from that minute on
// (Beijing time); one whose name ends in `.gone` takes the page away. `list.jsp?page=2` answers for
// /list.jsp when the query has page=2, whatever else it has and in which order; of several such
// files the one that names most parameters does. Without one `list.jsp` answers. Both ways
// combine: `list.jsp?page=2@20251119T0900`.
//
// Threads: safe from any; the disk is read at each call.
// Cost:    One listing of the page's folder.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "proto/base/status.h"
#include "proto/base/time.h"

namespace signboard::world {

// "20251118T0915", in Beijing time. Nothing for what is no instant.
std::optional<UnixTime> ParseInstant(std::string_view text);

struct Edition {
  std::filesystem::path file;
  UnixTime since;
};

using Query = std::vector<std::pair<std::string, std::string>>;

// Nothing: not yet, or gone, or never.
std::optional<Edition> EditionOf(const std::filesystem::path& file, const Query& query,
                                 UnixTime now);

// When pages below `folder` change: ascending, each once. kInvalidArgument names a file whose
// edition is no instant.
StatusOr<std::vector<UnixTime>> EditionInstants(const std::filesystem::path& folder);

}  // namespace signboard::world
