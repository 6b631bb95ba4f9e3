// What undoes the compression of one member: gzip by zlib, frames by zstd.
//
// Threads: one at a time.
// Errors:  kDataLoss says what is wrong with the bytes.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "proto/base/status.h"

struct ZSTD_DDict_s;

namespace signboard::warc {

class Inflater {
 public:
  virtual ~Inflater() = default;

  struct Step {
    size_t taken = 0;   // Of the input.
    size_t given = 0;   // Of the output.
    bool ended = false;
  };
  virtual StatusOr<Step> Inflate(std::string_view input, char* output, size_t count) = 0;
  // For another member.
  virtual void Reset() = 0;
};

std::unique_ptr<Inflater> MakeGzipInflater();
// A dictionary is made ready once, for however many frames. None: no memory.
using ZstdDictionary = std::shared_ptr<const ZSTD_DDict_s>;
ZstdDictionary MakeZstdDictionary(std::string_view bytes);
// `dictionary` may be none.
std::unique_ptr<Inflater> MakeZstdInflater(ZstdDictionary dictionary);
// A whole zstd frame of at most `bytes_max` decoded bytes.
StatusOr<std::string> UnpackZstd(std::string_view frame, size_t bytes_max);

}  // namespace signboard::warc
