// WaczWriter writes a WACZ 1.1.1 (webrecorder/specs): a zip of one WARC file, its index, the list
// of its pages, and a data package that names them all with their SHA-256.
//
//   archive/data.warc.gz        stored, as the two of the index are: parts can be read alone
//   indexes/index.cdx.gz, .idx  CDXJ in blocks of 1,024 lines, each a gzip member of its own
//   pages/pages.jsonl           in the order they came
//   datapackage.json, datapackage-digest.json
//
// Zip64 throughout. The file takes its name once it is whole.
//
// Threads: one at a time.
// Errors:  kUnavailable: the disk refused. After an error only destruction is left.
// Cost:    index and pages wait in files without names until the WARC has ended.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "proto/base/time.h"
#include "storage/warc/cdxj.h"
#include "storage/warc/source.h"

namespace signboard::warc {

inline constexpr char kWaczWarcName[] = "data.warc.gz";

struct WaczOptions {
  std::string title;
  std::string description;
  std::string software;
  UnixTime created;
};

struct WaczPage {
  std::string id;
  std::string url;
  UnixTime date;
  std::string title;
  uint64_t bytes = 0;
};

class WaczWriter {
 public:
  static StatusOr<std::unique_ptr<WaczWriter>> Create(const std::string& path,
                                                      WaczOptions options);
  ~WaczWriter();

  // Of the WARC file.
  Sink& warc();
  Status AddToIndex(const CdxjEntry& entry);
  Status AddPage(const WaczPage& page);
  // The first page is the one that a reader opens.
  Status Finish();

 private:
  struct State;
  explicit WaczWriter(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace signboard::warc
