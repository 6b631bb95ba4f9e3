// ImportRun brings WARC files into the archive: first all captures that stand alone, then, in
// another pass over the files that have some, the revisits, whose originals may come later in the
// files than they. A revisit may repeat a revisit; passes are made while they resolve more.
//
// Several threads read pages and wait for the archive; one file is read at a time, in order. How
// far everything before a record is acknowledged is noted on disk (import_journal.h).
//
// Threads: Go has its own; the callbacks come one at a time, on any of them.
// Errors:  a file that cannot be read, an archive that does not answer. What is wrong with a record
//          is told to `on_problem`, and the import goes on.
// Cost:    kHeldBytesMax of bodies, or one that is larger.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "deploy/signboard/brought_page.h"
#include "deploy/signboard/capture_store.h"
#include "deploy/signboard/import_journal.h"

namespace signboard::cli {

struct ImportProblem {
  std::string file;
  uint64_t offset = 0;
  std::string why;
};

struct ImportTally {
  uint64_t captures = 0;   // Stored now.
  uint64_t known = 0;      // Stored before.
  uint64_t revisits = 0;   // Of both, those that repeat another.
  uint64_t unresolved = 0;  // Revisits of what is not kept.
  uint64_t findings = 0;
  uint64_t announcements = 0;
  uint64_t problems = 0;
  std::map<std::string, uint64_t> outcomes;
  std::map<std::string, uint64_t> left_aside;  // By why.
  uint64_t bytes_done = 0;  // Of the files, in this pass.
  uint64_t bytes_all = 0;
  int pass = 0;
};

struct ImportOptions {
  std::vector<std::string> files;  // "-" is standard input.
  Bringing bringing;
  int threads = 2;
  bool dry_run = false;
  bool anew = false;  // Forget how far an earlier import came.
};

class ImportRun {
 public:
  ImportRun(ImportOptions options, CaptureStore* store, const std::string& server);
  ~ImportRun();

  std::function<void(const ImportProblem&)> on_problem;
  std::function<void(const ImportTally&)> on_progress;  // Now and then.
  std::function<void(const ImportPlace&)> on_resume;    // Before the first record.

  Status Go();
  const ImportTally& tally() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace signboard::cli
