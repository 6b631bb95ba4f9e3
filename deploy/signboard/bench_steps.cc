#include "deploy/signboard/bench_steps.h"

#include <optional>
#include <utility>

#include "crawler/decode/charset.h"
#include "crawler/decode/content_coding.h"
#include "crawler/decode/content_type.h"
#include "proto/base/url.h"

namespace signboard::cli {

BenchRead ReadPageBySteps(const BenchWire& wire, Costs* costs) {
  Costs& cost = *costs;
  BenchRead read;
  read.decoded = Timed(&cost["coding"], [&] {
    return decode::DecodeContent(wire.body, wire.content_encoding).bytes;
  });
  const auto url = base::Url::Parse(wire.url);
  read.text = Timed(&cost["charset"], [&] {
    decode::FindBodyKind(wire.content_type, read.decoded);
    return decode::DecodeText(read.decoded, wire.content_type, true).utf8;
  });
  std::optional<StatusOr<parse::Document>> document;
  Timed(&cost["parse"], [&] { document.emplace(parse::Document::Parse(read.text)); });
  if (document->ok()) {
    read.extracted =
        Timed(&cost["extract"], [&] { return extract::Extract(document->value(), *url); });
  }
  Timed(&cost["parse"], [&] { document.reset(); });
  return read;
}

extract::DetectorInput DetectorInputOf(const BenchRead& read, const std::string& url) {
  return extract::MakeDetectorInput(read.extracted.facts, read.extracted.main_text, url,
                                    kBenchPlaceCode);
}

size_t DetectIn(const BenchRead& read, const std::string& url) {
  return extract::Detect(DetectorInputOf(read, url)).size();
}

}  // namespace signboard::cli
