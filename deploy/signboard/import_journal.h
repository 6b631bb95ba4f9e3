// How far an import came, on disk, so that one that was ended goes on where it stood. Kept by the
// import's files and its server in $XDG_STATE_HOME/signboard/import, and gone once it is through.
//
// Threads: one.
// Errors:  an unreadable journal is none: the import begins anew, which stores nothing twice.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "proto/base/status.h"

namespace signboard::cli {

struct ImportPlace {
  int pass = 0;
  size_t file = 0;
  uint64_t offset = 0;
  std::string last_id;  // Of a snapshot that was acknowledged before it.
  bool revisits = false;     // Some were met and left for the next pass.
  uint64_t problems = 0;     // That were told of before.
};

class ImportJournal {
 public:
  // Of these files, as they are now, and this server.
  ImportJournal(const std::vector<std::string>& files, const std::string& server);

  std::optional<ImportPlace> Read() const;
  Status Write(const ImportPlace& place) const;
  void Remove() const;

 private:
  std::string path_;
};

}  // namespace signboard::cli
