// What a capture's WARC records have no field for (outcome, vantage, TLS, ...), as
// one line of the metadata record beside them: a v1.Snapshot in JSON under kFactsField. Whoever
// imports what we exported has the same capture again; others pass the line over.
//
// Threads: pure functions.
#pragma once

#include <optional>
#include <string>

#include "signboard/v1/types.pb.h"
#include "storage/warc/record.h"

namespace signboard::cli {

inline constexpr char kFactsField[] = "signboard-capture";
// What servers said of their transfer coding, which is undone, and must not be undone again.
inline constexpr char kOrigTransferEncoding[] = "X-Archive-Orig-Transfer-Encoding";

// `with_body`: it is in the records, and says for itself what it is.
std::string FactsText(const v1::Snapshot& snapshot, bool with_body);

// nullopt: there are none, or they do not parse.
std::optional<v1::Snapshot> FactsOf(const warc::Fields& metadata);

}  // namespace signboard::cli
