// Every input is an archive file. Whatever it says, a reader comes to its end, no record begins
// before the one in front of it, what is read of a block is no more than was promised, and what was
// read, written anew, is read as the same.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "storage/warc/http_head.h"
#include "storage/warc/reader.h"
#include "storage/warc/writer.h"
#include "tests/fuzz/fuzz_check.h"

namespace warc = signboard::warc;

namespace {

constexpr size_t kBlockBytesMax = size_t{1} << 16;

void WriteAndRead(const warc::RecordHeader& header, const std::string& block) {
  warc::TextSink sink;
  warc::Writer writer(sink, warc::Writer::Coding::kPlain);
  warc::RecordDraft draft;
  draft.type = "resource";
  draft.id = header.id();
  draft.fields = {{"WARC-Target-URI", header.target_uri()}};
  draft.body = block;
  const auto place = writer.Write(draft);
  FUZZ_CHECK(place.ok() && place->bytes + 4 == sink.text.size());
  warc::TextSource source(sink.text);
  warc::Reader reader(source);
  const auto again = reader.Next();
  // A header may be longer than a reader takes.
  if (sink.text.size() - block.size() > warc::kHeaderBytesMax) return;
  FUZZ_CHECK(again.ok() && again->kind == warc::Reader::Item::kRecord);
  FUZZ_CHECK(reader.ReadBlock(kBlockBytesMax).value() == block);
  FUZZ_CHECK(reader.Next()->kind == warc::Reader::Item::kEnd);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  warc::TextSource source(input);
  warc::Reader reader(source);
  uint64_t before = 0;
  // One member may be many records: no more than it has bytes, a thousand for each of the input's.
  for (size_t count = 0;; ++count) {
    FUZZ_CHECK(count <= 1'100 * (size + 1));
    const auto item = reader.Next();
    FUZZ_CHECK(item.ok());
    if (item->kind == warc::Reader::Item::kEnd) break;
    FUZZ_CHECK(item->offset <= size && item->offset >= before);
    before = item->offset;
    if (item->kind == warc::Reader::Item::kProblem) continue;
    const auto block = reader.ReadBlock(kBlockBytesMax);
    if (!block.ok()) continue;
    FUZZ_CHECK(block->size() == item->header.block_bytes);
    if (const auto head = warc::ParseResponseHead(*block)) FUZZ_CHECK(head->bytes <= block->size());
    const auto chunks = warc::Unchunk(*block);
    if (chunks) FUZZ_CHECK(chunks->size() <= block->size());
    WriteAndRead(item->header, *block);
  }
  return 0;
}
